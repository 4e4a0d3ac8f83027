import { isObject, toRawObject, type DialectId, type RawObject } from '@stagegate/core-transforms';

/**
 * The body of a stream with the wish for its usage, where it says nothing of it: what `always_include_stream_usage` asks for.
 *
 * out:    the same body where it says something, or its dialect has no such wish.
 * source: LiteLLM 1.106.2, common_request_processing.py `_stream_usage_tracking_updates`.
 */
export function withStreamUsage(body: RawObject, dialect: DialectId): RawObject {
  const { stream, stream_options: options = {} } = body.value;
  if (stream !== true || (dialect !== 'openai-chat' && dialect !== 'openai-completions')) return body;
  if (!isObject(options) || options['include_usage'] !== undefined) return body;
  return toRawObject({ ...body.value, stream_options: { ...options, include_usage: true } });
}

import { isObject, toRawObject, type DialectId, type RawObject } from '@stagegate/core-transforms';

/**
 * Asks for usage in a stream whose body does not say: `always_include_stream_usage`.
 *
 * out:    the same body where it says something itself, or its dialect has no such option.
 * source: LiteLLM 1.106.2, common_request_processing.py `_stream_usage_tracking_updates`.
 */
export function withStreamUsage(body: RawObject, dialect: DialectId): RawObject {
  const { stream, stream_options: options = {} } = body.value;
  if (stream !== true || (dialect !== 'openai-chat' && dialect !== 'openai-completions')) return body;
  if (!isObject(options) || options['include_usage'] !== undefined) return body;
  return toRawObject({ ...body.value, stream_options: { ...options, include_usage: true } });
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import type { AwsEvent } from '../../framing/aws-event-stream.ts';
import { isObject } from '../../json/is-object.ts';
import { parseEvent } from '../anthropic-messages/parse.ts';
import { readString } from '../anthropic-messages/types.ts';
import { decodeEvents, toSseFrame } from '../bedrock-converse/decode.ts';

/** AWS's own counts, in the last event of a stream. */
const METRICS = 'amazon-bedrock-invocationMetrics';

/** Anthropic's name for each of AWS's counts. */
const USAGE_NAMES: readonly (readonly [usage: string, metric: string])[] = [
  ['input_tokens', 'inputTokenCount'],
  ['output_tokens', 'outputTokenCount'],
  ['cache_read_input_tokens', 'cacheReadInputTokenCount'],
  ['cache_creation_input_tokens', 'cacheWriteInputTokenCount'],
];

/**
 * The bytes of an InvokeModel stream → server-sent events: the model's own events, named by their `type`.
 *
 * out:    AWS's counts are put under `usage`, by Anthropic's names; the model's own take precedence.
 * errors: those of decodeEvents.
 * source: LiteLLM 1.106.2, bedrock/messages/invoke_transformations, `AmazonAnthropicClaudeMessagesStreamDecoder`, read 2026-11-27.
 */
export function decodeChunks(plan: Plan): OpaqueMachine<Uint8Array, string> {
  return decodeEvents(plan, toFrame);
}

/** The text that an event contains in base64; an event without one is returned unchanged. */
export function chunkText({ payload }: AwsEvent): string {
  const bytes = parseEvent(payload)?.['bytes'];
  if (typeof bytes !== 'string') return payload;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(bytes), (unit) => unit.charCodeAt(0)));
  } catch {
    return payload;
  }
}

/** Only AWS's `chunk` events have content of the model; other types, which may be added some day, are ignored. */
function toFrame(event: AwsEvent): string {
  if ((event.headers[':event-type'] ?? 'chunk') !== 'chunk') return '';
  const text = chunkText(event);
  const value = parseEvent(text);
  const type = value === undefined ? '' : (readString(value, 'type') ?? '');
  return toSseFrame(type, value?.[METRICS] === undefined ? text : JSON.stringify(withUsage(value)));
}

function withUsage({ [METRICS]: metrics, ...event }: JsonObject): JsonObject {
  if (!isObject(metrics)) return event;
  const counted: [string, JsonValue][] = USAGE_NAMES.flatMap(([usage, metric]) => {
    const count = metrics[metric];
    return count === undefined ? [] : [[usage, count]];
  });
  return { ...event, usage: { ...Object.fromEntries(counted), ...(isObject(event['usage']) && event['usage']) } };
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, StreamMachine } from '../../contract/stream-machine.ts';
import { sseFrames, type SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { framesToEvents } from '../anthropic-messages/native-stream.ts';
import { parseEvent } from '../anthropic-messages/parse.ts';

interface UsageState {
  /** The `message_delta` that is held back until the counts after it are known. */
  readonly held: SseFrame | undefined;
  /** The counts in `message_start`. */
  readonly first: JsonObject;
}

const NOTHING: readonly SseFrame[] = [];
const START: UsageState = { held: undefined, first: {} };

const CACHE_COUNTS: readonly string[] = ['cache_creation_input_tokens', 'cache_read_input_tokens'];

/**
 * A decoded stream for a client that speaks Anthropic's dialect: as nativeStream, but with all counts in `message_delta`. Bedrock
 * counts cached tokens in `message_stop`, or only in `message_start`.
 *
 * errors: as nativeStream; and `stream-cut` for a stream without `message_stop`.
 * source: LiteLLM 1.106.2, bedrock/messages/invoke_transformations, `_promote_message_stop_usage`, read 2026-11-27.
 */
export function invokeMessagesStream(plan: Plan): OpaqueMachine<string, string> {
  return pipe(sseFrames(plan.provider.id), pipe(countsInDelta, framesToEvents(plan, true)));
}

const countsInDelta: StreamMachine<UsageState, SseFrame, SseFrame> = {
  start: () => START,
  step: ({ held, first }, frame) => {
    const counted = frame.event === 'message_start' ? (usageOf(parseEvent(frame.data)?.['message']) ?? first) : first;
    const isStop = frame.event === 'message_stop';
    const before = held === undefined ? NOTHING : [isStop ? withCounts(held, usageOf(parseEvent(frame.data)), counted) : held];
    if (frame.event === 'message_delta') return { state: { held: frame, first: counted }, out: before };
    return { state: { held: undefined, first: counted }, out: [...before, frame] };
  },
  end: ({ held, first }) => ({ state: START, out: held === undefined ? NOTHING : [withCounts(held, undefined, first)] }),
};

/** A `message_delta` with the counts from the stream's end, and those from its beginning that were not repeated. */
function withCounts(frame: SseFrame, last: JsonObject | undefined, first: JsonObject): SseFrame {
  const event = parseEvent(frame.data);
  if (event === undefined) return frame;
  const added = { ...pick(last ?? {}, ['input_tokens', ...CACHE_COUNTS]) };
  const own: JsonObject = { ...usageOf(event), ...added };
  const usage: JsonObject = { ...pick(first, [...CACHE_COUNTS, 'cache_creation']), ...own };
  if (Object.keys(usage).length === Object.keys(usageOf(event) ?? {}).length && Object.keys(added).length === 0) return frame;
  return { ...frame, data: JSON.stringify({ ...event, usage }) };
}

function usageOf(holder: JsonValue | undefined): JsonObject | undefined {
  const usage = isObject(holder) ? holder['usage'] : undefined;
  return isObject(usage) ? usage : undefined;
}

function pick(holder: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (holder[name] === undefined || holder[name] === null ? [] : [[name, holder[name]]])));
}

import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { sseFrames, type SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { parseEvent } from '../anthropic-messages/parse.ts';
import { readSaid, toUsage } from './response.ts';
import { childId } from '../../text/child-id.ts';

interface TextState {
  readonly id: string;
  readonly created: number;
  readonly phase: 'idle' | 'open' | 'done';
  readonly finishReason: string | undefined;
  readonly usage: JsonObject | undefined;
}

const NOTHING: readonly JsonObject[] = [];

/**
 * A stream decoded by decodeChunks → chat completion chunks. The end is sent last: counts may follow the finish reason.
 *
 * errors: `bad-upstream` for an event that is not JSON; `stream-cut` if the stream ends before a finish reason.
 * source: LiteLLM 1.106.2, llms/bedrock/chat/invoke_handler.py `_chunk_parser`, read 2026-11-27.
 */
export function textChunks(plan: Plan): OpaqueMachine<string, JsonObject> {
  return pipe(sseFrames(plan.provider.id), eventsToChunks(plan));
}

function eventsToChunks(plan: Plan): StreamMachine<TextState, SseFrame, JsonObject> {
  return {
    start: ({ nowSeconds, callId }) => ({
      id: childId('chatcmpl-', callId),
      created: nowSeconds,
      phase: 'idle',
      finishReason: undefined,
      usage: undefined,
    }),
    step: (state, frame) => readFrame(state, frame, plan),
    end: (state) => finish(state, plan),
  };
}

function readFrame(state: TextState, { data }: SseFrame, plan: Plan): Step<TextState, JsonObject> {
  const event = parseEvent(data);
  if (event === undefined) {
    const error = { kind: 'bad-upstream', provider: plan.provider.id, message: 'an event of the stream is not JSON' } as const;
    return { state, out: NOTHING, error };
  }
  const { text, finishReason } = readSaid(event);
  const counted = isObject(event['usage']) ? event['usage'] : {};
  const next: TextState = {
    ...state,
    phase: 'open',
    finishReason: finishReason ?? state.finishReason,
    usage: toUsage(counted['input_tokens'], counted['output_tokens']) ?? state.usage,
  };
  if (text === undefined || text === '') return { state: next, out: NOTHING };
  const delta: JsonObject = state.phase === 'idle' ? { role: 'assistant', content: text } : { content: text };
  return { state: next, out: [chunk(next, plan, [{ index: 0, delta }])] };
}

function finish(state: TextState, plan: Plan): Step<TextState, JsonObject> {
  const { finishReason, usage } = state;
  if (state.phase === 'done') return { state, out: NOTHING };
  if (finishReason === undefined) {
    return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase: state.phase } };
  }
  const last = chunk(state, plan, [{ index: 0, delta: {}, finish_reason: finishReason }]);
  return { state: { ...state, phase: 'done' }, out: usage === undefined ? [last] : [last, { ...chunk(state, plan, []), usage }] };
}

function chunk({ id, created }: TextState, plan: Plan, choices: readonly JsonObject[]): JsonObject {
  return { id, object: 'chat.completion.chunk', created, model: plan.answerModel ?? plan.model, choices };
}

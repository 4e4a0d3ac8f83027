import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { EventStream } from '../../contract/provider-format.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../../contract/stream-machine.ts';
import { sseFrames, type SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { toChatUsage } from './convert-usage.ts';
import { toStreamError } from './errors.ts';
import { takesJsonCalls } from './map-params.ts';
import { toFinishReason } from './map-stop-reason.ts';
import { parseEvent } from './parse.ts';
import { readToolNames } from './response.ts';
import { closeBlock, openBlock, toDelta } from './stream-blocks.ts';
import type { ChatStreamRules, ChatStreamState } from './stream-state.ts';
import { childId } from '../../text/child-id.ts';

const NOTHING: readonly JsonObject[] = [];

/**
 * The provider's stream → chat completion chunks.
 *
 * in:     decoded text, cut anywhere; `chat` is the request that is being answered.
 * out:    deltas as they come, a chunk with the finish reason, and one with the usage if the provider reports it.
 * errors: `upstream-refused` for an error event; `bad-upstream` for an event that is not JSON; `stream-cut` if the stream ends before both
 *         a stop reason and `message_stop`. A missing `message_stop` after a stop reason is no error.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/handler.py `ModelResponseIterator` and streaming_handler.py, read 2026-11-23.
 */
export function chatChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const { frames, chunks } = chatEvents(plan, chat);
  return pipe(frames, chunks);
}

/** The same as its two parts, framing and events. */
export function chatEvents(plan: Plan, chat: JsonObject): EventStream {
  const rules: ChatStreamRules = {
    plan,
    takesJson: takesJsonCalls(chat['response_format'], plan.facts),
    names: readToolNames(chat),
    speed: chat['speed'],
  };
  return { frames: opaque(sseFrames(plan.provider.id)), chunks: opaque(framesToChunks(rules)) };
}

function framesToChunks(rules: ChatStreamRules): StreamMachine<ChatStreamState, SseFrame, JsonObject> {
  const { plan } = rules;
  return {
    start: ({ nowSeconds, callId }) => ({
      id: childId('chatcmpl-', callId),
      created: nowSeconds,
      model: plan.answerModel ?? plan.model,
      phase: 'idle',
      hasRole: false,
      usage: null,
      blocks: {},
      callCount: 0,
      thinkingCharacters: 0,
      hasJson: false,
      found: {},
    }),
    step: (state, frame) => readFrame(state, frame, rules),
    end: (state) => {
      if (state.phase === 'done') return { state, out: NOTHING };
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase: state.phase } };
    },
  };
}

function readFrame(state: ChatStreamState, { data }: SseFrame, rules: ChatStreamRules): Step<ChatStreamState, JsonObject> {
  if (state.phase === 'done' || data === '[DONE]') return { state, out: NOTHING };
  const event = parseEvent(data);
  if (event === undefined) {
    return {
      state,
      out: NOTHING,
      error: { kind: 'bad-upstream', provider: rules.plan.provider.id, message: 'an event of the stream is not JSON' },
    };
  }
  switch (event['type']) {
    case 'content_block_delta':
      return readDelta(state, event, rules);
    case 'content_block_start':
      return emit(openBlock(state, event, rules));
    case 'content_block_stop':
      return emit(closeBlock(state, event, rules));
    case 'message_start':
      return { state: startMessage(state, event, rules.plan), out: NOTHING };
    case 'message_delta':
      return readMessageDelta(state, event, rules);
    case 'message_stop':
      return finish(state, undefined, rules);
    case 'error':
      return { state, out: NOTHING, error: toStreamError(event, rules.plan, state.hasRole) };
    default:
      return { state, out: NOTHING };
  }
}

function readDelta(state: ChatStreamState, event: JsonObject, rules: ChatStreamRules): Step<ChatStreamState, JsonObject> {
  const { delta } = event;
  if (!isObject(delta)) return { state, out: NOTHING };
  const { text } = delta;
  // The most frequent event: the state stays the same object once the role has been sent.
  if (typeof text === 'string' && state.hasRole) return { state, out: text === '' ? NOTHING : [chunk(state, { content: text })] };
  return emit(toDelta(state, event, delta, rules));
}

/** A state, and its event's delta, if any, as a chunk. The first chunk has the role. */
function emit({
  state,
  delta,
}: {
  readonly state: ChatStreamState;
  readonly delta: JsonObject | undefined;
}): Step<ChatStreamState, JsonObject> {
  if (delta === undefined) return { state, out: NOTHING };
  if (state.hasRole) return { state, out: [chunk(state, delta)] };
  return { state: { ...state, hasRole: true }, out: [chunk(state, { role: 'assistant', ...delta })] };
}

function startMessage(state: ChatStreamState, event: JsonObject, plan: Plan): ChatStreamState {
  const message = isObject(event['message']) ? event['message'] : {};
  const { model, usage } = message;
  const shown = plan.answerModel ?? (typeof model === 'string' ? model : state.model);
  return { ...state, phase: 'open', model: shown, usage: isObject(usage) ? { ...state.usage, ...usage } : state.usage };
}

function readMessageDelta(state: ChatStreamState, event: JsonObject, rules: ChatStreamRules): Step<ChatStreamState, JsonObject> {
  const delta = isObject(event['delta']) ? event['delta'] : {};
  const { stop_reason: stopReason, container } = delta;
  const usage = isObject(event['usage']) ? { ...state.usage, ...event['usage'] } : state.usage;
  const told = { ...state, phase: 'open' as const, usage };
  const shown = isObject(container)
    ? emit({ state: told, delta: { content: '', provider_specific_fields: { container } } })
    : { state: told, out: NOTHING };
  if (stopReason === undefined || stopReason === null) return shown;
  const last = finish(shown.state, stopReason, rules);
  return { ...last, out: [...shown.out, ...last.out] };
}

function finish(state: ChatStreamState, stopReason: JsonValue | undefined, rules: ChatStreamRules): Step<ChatStreamState, JsonObject> {
  const reason = state.hasJson ? 'stop' : toFinishReason(stopReason);
  const last = { ...chunk(state, {}), choices: [{ index: 0, delta: {}, finish_reason: reason }] };
  return { state: { ...state, phase: 'done' }, out: state.usage === null ? [last] : [last, usageChunk(state, state.usage, rules)] };
}

function usageChunk(state: ChatStreamState, usage: JsonObject, rules: ChatStreamRules): JsonObject {
  const seen = { isThere: false, characters: state.thinkingCharacters };
  // The reference omits these two from a stream's usage.
  const { service_tier: _tier, iterations: _iterations, ...shown } = toChatUsage(usage, seen, rules.speed, 0);
  return { ...chunk(state, {}), usage: shown };
}

function chunk(state: ChatStreamState, delta: JsonObject): JsonObject {
  const { id, created, model } = state;
  return { id, object: 'chat.completion.chunk', created, model, choices: [{ index: 0, delta }] };
}

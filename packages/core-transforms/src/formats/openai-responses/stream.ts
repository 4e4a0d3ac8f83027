import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import type { SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { answerFrames } from '../openai-chat/answer-frames.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatUsage } from './convert-usage.ts';
import { readEventError } from './event-error.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { providerMembers, reasoningItems, toCallId } from './response.ts';
import { isCall, isText } from './types.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

interface State {
  readonly phase: 'idle' | 'open' | 'done';
  readonly id: string;
  readonly createdAt: number;
  /** The provider's latest value. */
  readonly serviceTier: string | null;
  /** Output indexes of the calls, in the order in which they came: chat counts calls from 0. */
  readonly calls: readonly number[];
}

const NOTHING: readonly JsonObject[] = [];

/**
 * The typed events of the responses API → chat completion chunks.
 *
 * out:    pieces of text, reasoning and calls as they come; the finish reason, the usage and the reasoning items with the last.
 * errors: the provider's error if the response fails; `stream-cut` if the stream ends before the response does.
 * source: LiteLLM 1.106.2, completion_extras/litellm_responses_transformation/transformation.py, read 2026-11-23.
 */
export function toChunks(plan: Plan): OpaqueMachine<string, JsonObject> {
  return pipe(answerFrames(plan.provider.id), eventsToChunks(plan));
}

function eventsToChunks(plan: Plan): StreamMachine<State, SseFrame, JsonObject> {
  return {
    start: ({ callId, nowSeconds }) => ({
      phase: 'idle',
      id: childId('chatcmpl-', callId),
      createdAt: nowSeconds,
      serviceTier: null,
      calls: [],
    }),
    step: (state, { data }) => {
      const event = state.phase === 'done' ? undefined : parseJson(data);
      if (!isObject(event)) return { state, out: NOTHING };
      const error = readEventError(event, plan);
      return error === undefined ? readEvent(state, event, plan) : { state, out: NOTHING, error };
    },
    end: (state) => {
      if (state.phase === 'done') return { state, out: NOTHING };
      const phase = state.phase === 'idle' ? 'before the first event' : 'streaming';
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
    },
  };
}

function readEvent(state: State, event: JsonObject, plan: Plan): Step<State, JsonObject> {
  const { type, delta } = event;
  const say = (members: JsonObject): Step<State, JsonObject> => ({ state, out: [toChunk(state, plan, members, null)] });
  switch (type) {
    case 'response.created':
      return { state: openAnswer(state, event['response']), out: NOTHING };
    case 'response.output_text.delta':
      return isText(delta) ? say({ content: delta }) : { state, out: NOTHING };
    case 'response.reasoning_summary_text.delta':
      return isText(delta) ? say({ reasoning_content: delta }) : { state, out: NOTHING };
    case 'response.refusal.delta':
      return isText(delta) ? say({ refusal: delta }) : { state, out: NOTHING };
    case 'response.output_item.added':
      return openCall(state, event, plan);
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return isText(delta) ? growCall(state, event['output_index'], delta, plan) : { state, out: NOTHING };
    case 'response.completed':
    case 'response.incomplete':
      return finish(state, isObject(event['response']) ? event['response'] : {}, plan);
    default:
      return { state, out: NOTHING };
  }
}

function openAnswer(state: State, response: JsonValue | undefined): State {
  const { id, service_tier: tier } = isObject(response) ? response : {};
  return { ...state, phase: 'open', id: isText(id) ? id : state.id, serviceTier: isText(tier) ? tier : state.serviceTier };
}

function openCall(state: State, event: JsonObject, plan: Plan): Step<State, JsonObject> {
  const item = isObject(event['item']) ? event['item'] : {};
  if (!isCall(item)) return { state, out: NOTHING };
  const { phase, id, createdAt, serviceTier, calls } = state;
  const place = typeof event['output_index'] === 'number' ? event['output_index'] : calls.length;
  const next: State = { phase, id, createdAt, serviceTier, calls: [...calls, place] };
  const isCustom = item['type'] === 'custom_tool_call';
  const definition = {
    name: item['name'] ?? (isCustom ? 'custom_tool' : null),
    arguments: (isCustom ? item['input'] : item['arguments']) ?? '',
  };
  const call = { id: toCallId(item), index: calls.length, type: 'function', function: definition };
  return { state: next, out: [toChunk(next, plan, { tool_calls: [call] }, null)] };
}

function growCall(state: State, outputIndex: JsonValue | undefined, delta: string, plan: Plan): Step<State, JsonObject> {
  const known = typeof outputIndex === 'number' ? state.calls.lastIndexOf(outputIndex) : state.calls.length - 1;
  const call = { id: null, index: Math.max(known, 0), type: 'function', function: { name: null, arguments: delta } };
  return { state, out: [toChunk(state, plan, { tool_calls: [call] }, null)] };
}

function finish(state: State, response: JsonObject, plan: Plan): Step<State, JsonObject> {
  const output = objectsIn(response['output']);
  const named = openAnswer(state, { service_tier: response['service_tier'] ?? null });
  const thoughts = reasoningItems(output);
  const usage = toChatUsage(response['usage']);
  const fields = providerMembers(response);
  const last = toChunk(
    named,
    plan,
    thoughts.length === 0 ? {} : { content: '', reasoning_items: thoughts },
    mapStopReason(response, output),
  );
  const chunk = {
    ...last,
    ...(Object.keys(fields).length > 0 && { provider_specific_fields: fields }),
    ...(usage !== undefined && { usage }),
  };
  return { state: { ...named, phase: 'done' }, out: [chunk] };
}

function toChunk({ id, createdAt, serviceTier }: State, { model }: Plan, delta: JsonObject, finishReason: string | null): JsonObject {
  return {
    id,
    object: 'chat.completion.chunk',
    created: createdAt,
    model,
    ...(serviceTier !== null && { service_tier: serviceTier }),
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}

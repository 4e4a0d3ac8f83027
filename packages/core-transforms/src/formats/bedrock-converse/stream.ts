import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { sseFrames, type SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { JSON_TOOL_NAME, readString } from '../anthropic-messages/types.ts';
import { countedThinking, toChatUsage } from './convert-usage.ts';
import { toFinishReason } from './map-stop-reason.ts';
import { wantsJson } from './response-format.ts';
import { toThinkingBlock } from './response.ts';
import { originalToolNames } from './tool-names.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';
import { ownModelName } from '../../providers/address.ts';

/** How far a stream has come. */
interface ConverseState {
  readonly id: string;
  readonly created: number;
  /** `done` once the finish reason has been sent, `counted` once the usage has been too. */
  readonly phase: 'idle' | 'open' | 'done' | 'counted';
  /** Whether a delta with the role has been sent. */
  readonly hasRole: boolean;
  /** How many calls have begun, except the JSON tool's; pieces belong to the call that began last. */
  readonly callCount: number;
  /** What the open block is: none or text, the JSON tool's call, or a call without or with arguments so far. */
  readonly open: 'none' | 'json' | 'empty-call' | 'call';
  readonly thought: boolean;
  /** Tokens of thinking, if the model's own API counted them. */
  readonly counted: number | null;
}

interface Rules {
  readonly plan: Plan;
  readonly takesJson: boolean;
  /** The provider's names of tools → the client's. */
  readonly names: ReadonlyMap<string, string>;
}

const NOTHING: readonly JsonObject[] = [];

/**
 * The provider's decoded stream → chat completion chunks.
 *
 * in:     server-sent events as decodeEvents writes them, cut anywhere; `chat` is the request that is being answered.
 * out:    deltas as they come, a chunk with the finish reason, and one with the usage if the provider reports it.
 * errors: `bad-upstream` for an event that is not JSON; `stream-cut` if the stream ends before a stop reason.
 * source: LiteLLM 1.106.2, llms/bedrock/chat/invoke_handler.py `converse_chunk_parser`, read 2026-11-23.
 */
export function converseChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const rules: Rules = { plan, takesJson: wantsJson(chat['response_format']), names: originalToolNames(chat['tools']) };
  return pipe(sseFrames(plan.provider.id), eventsToChunks(rules));
}

function eventsToChunks(rules: Rules): StreamMachine<ConverseState, SseFrame, JsonObject> {
  const { provider } = rules.plan;
  return {
    start: ({ nowSeconds, callId }) => ({
      id: childId('chatcmpl-', callId),
      created: nowSeconds,
      phase: 'idle',
      hasRole: false,
      callCount: 0,
      open: 'none',
      thought: false,
      counted: null,
    }),
    step: (state, frame) => readFrame(state, frame, rules),
    end: (state) => {
      if (state.phase === 'done' || state.phase === 'counted') return { state, out: NOTHING };
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: provider.id, phase: state.phase } };
    },
  };
}

function readFrame(state: ConverseState, { data }: SseFrame, rules: Rules): Step<ConverseState, JsonObject> {
  const payload = parseJson(data);
  if (!isObject(payload)) {
    return {
      state,
      out: NOTHING,
      error: { kind: 'bad-upstream', provider: rules.plan.provider.id, message: 'an event of the stream is not JSON' },
    };
  }
  const { usage } = payload;
  if (state.phase === 'counted') return { state, out: NOTHING };
  if (state.phase === 'done') {
    return isObject(usage) ? readMetadata(state, payload, usage, rules) : { state, out: traceChunks(state, payload['trace'], rules) };
  }
  if (isObject(payload['start'])) return startBlock(state, payload['start'], rules);
  if (isObject(payload['delta'])) return readDelta(state, payload['delta'], rules);
  if (payload['contentBlockIndex'] !== undefined) return stopBlock(state, rules);
  if (payload['stopReason'] !== undefined) return stopMessage(state, payload, rules);
  if (isObject(usage)) return readMetadata(state, payload, usage, rules);
  return { state, out: traceChunks(state, payload['trace'], rules) };
}

function startBlock(state: ConverseState, start: JsonObject, rules: Rules): Step<ConverseState, JsonObject> {
  const { toolUse, reasoningContent } = start;
  if (isObject(reasoningContent)) return emit({ ...state, thought: true }, toThought(reasoningContent), rules);
  if (!isObject(toolUse)) return { state: state.open === 'none' ? state : { ...state, open: 'none' }, out: NOTHING };
  const sent = readString(toolUse, 'name') ?? '';
  const name = rules.names.get(sent) ?? sent;
  if (rules.takesJson && name === JSON_TOOL_NAME) return { state: { ...state, open: 'json' }, out: NOTHING };
  const call = { id: toolUse['toolUseId'] ?? null, type: 'function', function: { name, arguments: '' }, index: state.callCount };
  return emit({ ...state, callCount: state.callCount + 1, open: 'empty-call' }, { content: '', tool_calls: [call] }, rules);
}

function readDelta(state: ConverseState, delta: JsonObject, rules: Rules): Step<ConverseState, JsonObject> {
  const { text, toolUse, reasoningContent, citationsContent } = delta;
  if (typeof text === 'string') return text === '' && state.hasRole ? { state, out: NOTHING } : emit(state, { content: text }, rules);
  if (isObject(toolUse)) return addInput(state, readString(toolUse, 'input') ?? '', rules);
  if (isObject(reasoningContent)) return emit(state.thought ? state : { ...state, thought: true }, toThought(reasoningContent), rules);
  if (citationsContent === undefined) return { state, out: NOTHING };
  return emit(state, { content: '', provider_specific_fields: { citationsContent } }, rules);
}

function addInput(state: ConverseState, input: string, rules: Rules): Step<ConverseState, JsonObject> {
  if (state.open === 'json') return input === '' ? { state, out: NOTHING } : emit(state, { content: input }, rules);
  const told = state.open === 'call' || input === '' ? state : { ...state, open: 'call' as const };
  return emit(told, toInput(state.callCount - 1, input), rules);
}

/** A call without arguments gets `{}`, as in an answer that is not streamed. */
function stopBlock(state: ConverseState, rules: Rules): Step<ConverseState, JsonObject> {
  if (state.open === 'none') return { state, out: NOTHING };
  const closed: ConverseState = { ...state, open: 'none' };
  return state.open === 'empty-call' ? emit(closed, toInput(state.callCount - 1, '{}'), rules) : { state: closed, out: NOTHING };
}

function stopMessage(state: ConverseState, payload: JsonObject, rules: Rules): Step<ConverseState, JsonObject> {
  const counted = countedThinking(payload['additionalModelResponseFields']) ?? null;
  const choice = { index: 0, delta: {}, finish_reason: toFinishReason(payload['stopReason']) };
  const last = { ...chunk(state, {}, rules), choices: [choice] };
  // Even an empty answer begins with the role.
  const out = state.hasRole ? [last] : [chunk(state, { role: 'assistant', content: '' }, rules), last];
  return { state: { ...state, phase: 'done', counted }, out };
}

/** The last event of a stream, with the usage. It ends an answer whose stop reason was lost. */
function readMetadata(state: ConverseState, payload: JsonObject, usage: JsonObject, rules: Rules): Step<ConverseState, JsonObject> {
  const stopped = state.phase === 'done' ? { state, out: NOTHING } : stopMessage(state, {}, rules);
  const seen = { isThere: state.thought, text: '', counted: state.counted ?? undefined };
  const counted = { ...chunk(state, {}, rules), usage: toChatUsage(usage, seen) };
  return { state: { ...stopped.state, phase: 'counted' }, out: [...stopped.out, ...traceChunks(state, payload['trace'], rules), counted] };
}

/** A guardrail's trace, in a chunk of its own. */
function traceChunks(state: ConverseState, trace: JsonValue | undefined, rules: Rules): readonly JsonObject[] {
  if (trace === undefined) return NOTHING;
  return [{ ...chunk(state, { role: 'assistant', content: '' }, rules), provider_specific_fields: { trace }, trace }];
}

function toThought(reasoning: JsonObject): JsonObject {
  const { text, signature } = reasoning;
  const block =
    text === undefined && signature === undefined
      ? reasoning
      : { reasoningText: { text: text ?? '', ...(signature !== undefined && text === undefined && { signature }) } };
  return {
    content: '',
    reasoning_content: typeof text === 'string' ? text : '',
    thinking_blocks: toThinkingBlock(block),
    provider_specific_fields: { reasoningContent: reasoning },
  };
}

function toInput(index: number, input: string): JsonObject {
  return { content: '', tool_calls: [{ type: 'function', function: { arguments: input }, index: Math.max(index, 0) }] };
}

/** A delta as a chunk; the first one has the role. */
function emit(state: ConverseState, delta: JsonObject, rules: Rules): Step<ConverseState, JsonObject> {
  const shown = state.hasRole ? delta : { role: 'assistant', ...delta };
  const told: ConverseState = state.hasRole ? state : { ...state, hasRole: true, phase: state.phase === 'idle' ? 'open' : state.phase };
  return { state: told, out: [chunk(told, shown, rules)] };
}

function chunk({ id, created }: ConverseState, delta: JsonObject, { plan }: Rules): JsonObject {
  const model: JsonValue = plan.answerModel ?? ownModelName(plan);
  return { id, object: 'chat.completion.chunk', created, model, choices: [{ index: 0, delta }] };
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { asksForFunction, isAnswer, partsOf, readParts, toCallMembers, toLogprobs, toMetadata, toToolCalls } from './candidate.ts';
import { mergeCounts, toChatUsage } from './convert-usage.ts';
import { toStreamError } from './errors.ts';
import { streamTexts } from './frames.ts';
import { countGrounding, groundingOf, type GroundingCounts } from './grounding.ts';
import { toFinishReason } from './map-stop-reason.ts';
import { isBlocked } from './parse.ts';
import { servedModel, trafficOf } from './response.ts';
import { objectIn, objectsIn, readString } from './types.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

/** How far a stream has come. */
interface StreamState {
  readonly callId: string;
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** Whether a delta with the role has been sent. */
  readonly hasRole: boolean;
  readonly callCount: number;
  /** OpenAI's finish reason; null until the provider gives one. */
  readonly reason: string | null;
  /** Candidates that have begun but not ended, by index. */
  readonly open: readonly number[];
  readonly counts: JsonObject | null;
  readonly grounding: GroundingCounts;
  /** Code that the provider ran, held until there is a delta to show it with. */
  readonly code: readonly JsonValue[];
}

interface Rules {
  readonly plan: Plan;
  /** Calls are shown as `function_call`. */
  readonly asFunction: boolean;
}

const NOTHING: readonly JsonObject[] = [];
const DONE = '[DONE]';

/**
 * The provider's stream → chat completion chunks.
 *
 * in:     decoded text, cut anywhere.
 * out:    deltas as they come; at the end, since an event with only counts may follow the last reason, a chunk with the finish reason, and
 *         one with the usage if the provider reports it.
 * errors: `upstream-refused` for an error in place of an event; `bad-upstream` for an event that is not JSON; `stream-cut` if the stream
 *         ends before every candidate that began has ended.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `ModelResponseIterator` and streaming_handler.py, read 2026-11-26.
 */
export function generateChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  return pipe(streamTexts(plan.provider.id), eventsToChunks({ plan, asFunction: asksForFunction(chat) }));
}

function eventsToChunks(rules: Rules): StreamMachine<StreamState, string, JsonObject> {
  return {
    start: ({ nowSeconds, callId }) => ({
      callId,
      id: '',
      created: nowSeconds,
      model: rules.plan.answerModel ?? rules.plan.model,
      hasRole: false,
      callCount: 0,
      reason: null,
      open: [],
      counts: null,
      grounding: { webSearches: undefined, mapsSearches: undefined },
      code: [],
    }),
    step: (state, text) => readText(state, text, rules),
    end: (state) => finish(state, rules.plan),
  };
}

function readText(state: StreamState, text: string, rules: Rules): Step<StreamState, JsonObject> {
  const { plan } = rules;
  if (text.trim() === DONE) return { state, out: NOTHING };
  const event = parseJson(text);
  if (!isObject(event)) {
    const message = 'an event of the stream is not JSON';
    return { state, out: NOTHING, error: { kind: 'bad-upstream', provider: plan.provider.id, message } };
  }
  if (event['error'] !== undefined && event['error'] !== null) {
    return { state, out: NOTHING, error: toStreamError(event, plan, state.hasRole) };
  }
  const named = noteEvent(state, event, plan);
  if (!isBlocked(event)) return readCandidates(named, objectsIn(event['candidates']).filter(isAnswer), rules);
  const opening = chunk(named, [{ index: 0, delta: { role: 'assistant' } }]);
  return { state: { ...named, reason: 'content_filter', hasRole: true }, out: [opening] };
}

/** Notes the answering model and the counts. */
function noteEvent(state: StreamState, event: JsonObject, plan: Plan): StreamState {
  const { usageMetadata: given } = event;
  const id = state.id === '' ? readString(event, 'responseId') || childId('chatcmpl-', state.callId) : state.id;
  const model = plan.answerModel ?? servedModel(event) ?? state.model;
  const counts = isObject(given) ? mergeCounts(state.counts, given) : state.counts;
  if (id === state.id && model === state.model && counts === state.counts) return state;
  const { callId, created, hasRole, callCount, reason, open, grounding, code } = state;
  return { callId, id, created, model, hasRole, callCount, reason, open, counts, grounding, code };
}

function readCandidates(state: StreamState, candidates: readonly JsonObject[], rules: Rules): Step<StreamState, JsonObject> {
  let next = noteGrounding(state, candidates);
  const choices: JsonObject[] = [];
  let onlyText = candidates.length === 1;
  for (const [position, candidate] of candidates.entries()) {
    const read = readCandidate(next, candidate, position, rules);
    next = read.state;
    onlyText &&= read.isText;
    choices.push(read.choice);
  }
  const [first] = choices;
  if (first === undefined || !choices.some(says)) return { state: next, out: NOTHING };
  // Beside text alone the reference omits all metadata.
  const members = onlyText ? undefined : extras(candidates);
  const shown = next.hasRole ? choices : [{ ...first, delta: { role: 'assistant', ...objectIn(first, 'delta') } }, ...choices.slice(1)];
  return { state: next.hasRole ? next : { ...next, hasRole: true }, out: [{ ...chunk(next, shown), ...members }] };
}

interface ReadChoice {
  readonly state: StreamState;
  readonly choice: JsonObject;
  /** Whether it is text and nothing else. */
  readonly isText: boolean;
}

function readCandidate(state: StreamState, candidate: JsonObject, position: number, { asFunction }: Rules): ReadChoice {
  const parts = partsOf(candidate) ?? [];
  const index = typeof candidate['index'] === 'number' ? candidate['index'] : position;
  const hot = state.code.length === 0 ? hotText(parts, candidate) : undefined;
  if (hot !== undefined)
    return {
      state: firstReason(noteEnd(state, candidate, index, 0, asFunction), state, position),
      choice: { index, delta: { content: hot } },
      isText: true,
    };
  const calls = toToolCalls(parts, state.callCount, state.callId);
  const logprobs = toLogprobs(candidate);
  const { text, reasoning, images, annotations, fields } = readParts(parts, candidate);
  const { code_execution_parts: code, ...others } = fields;
  const told = firstReason(noteEnd(state, candidate, index, calls.length, asFunction), state, position);
  const pending = Array.isArray(code) ? [...told.code, ...code] : told.code;
  const delta: JsonObject = {
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(text !== undefined && { content: text }),
    ...toCallMembers(calls, asFunction),
    ...(images.length > 0 && { images }),
    ...(annotations.length > 0 && { annotations }),
    ...(Object.keys(others).length > 0 && { provider_specific_fields: others }),
  };
  const choice = { index, delta, ...(logprobs !== undefined && { logprobs }) };
  const isText = logprobs === undefined && Object.keys(delta).every((name) => name === 'content');
  if (pending.length === 0) return { state: told, choice, isText };
  if (!says(choice)) return { state: { ...told, code: pending }, choice, isText };
  return { state: { ...told, code: [] }, choice: { ...choice, delta: withCode(delta, pending) }, isText };
}

/** The most frequent event: one part, a text, with nothing beside it that has to be read. */
function hotText(parts: readonly JsonObject[], candidate: JsonObject): string | undefined {
  const [part] = parts;
  if (part === undefined || parts.length > 1 || candidate['logprobsResult'] !== undefined || candidate['groundingMetadata'] !== undefined) {
    return undefined;
  }
  for (const name in part) if (name !== 'text') return undefined;
  const text = readString(part, 'text');
  return text === undefined || text === '' || text.startsWith('data:') ? undefined : text;
}

/** The same state unless a candidate begins, ends or calls. The last reason counts; with tool calls it is never `stop`. */
function noteEnd(state: StreamState, { finishReason: given }: JsonObject, index: number, calls: number, asFunction: boolean): StreamState {
  const isOpen = state.open.includes(index);
  if (given === undefined && isOpen && calls === 0) return state;
  const callCount = state.callCount + calls;
  if (given === undefined) return { ...state, callCount, open: isOpen ? state.open : [...state.open, index] };
  const called = asFunction ? 'function_call' : 'tool_calls';
  const reason = toFinishReason(given, calls > 0 ? called : undefined);
  return {
    ...state,
    callCount,
    reason: reason === 'stop' && callCount > 0 ? called : reason,
    open: state.open.filter((one) => one !== index),
  };
}

/** Of one event's candidates the first decides the finish reason. */
function firstReason(next: StreamState, before: StreamState, position: number): StreamState {
  if (position === 0 || before.reason === null || next.reason === before.reason) return next;
  return { ...next, reason: before.reason };
}

function noteGrounding(state: StreamState, candidates: readonly JsonObject[]): StreamState {
  const records = candidates.flatMap(groundingOf);
  if (records.length === 0) return state;
  const { webSearches, mapsSearches } = countGrounding(records);
  const { grounding } = state;
  return {
    ...state,
    grounding: { webSearches: webSearches ?? grounding.webSearches, mapsSearches: mapsSearches ?? grounding.mapsSearches },
  };
}

function finish(state: StreamState, plan: Plan): Step<StreamState, JsonObject> {
  if (state.reason === null || state.open.length > 0) {
    const phase = state.hasRole ? 'answering' : 'waiting for the first event';
    return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
  }
  const last = [chunk(state, [{ index: 0, delta: {}, finish_reason: state.reason }])];
  const code = state.code.length > 0 ? [chunk(state, [{ index: 0, delta: withCode({}, state.code) }])] : [];
  const counted = { ...chunk(state, [{ index: 0, delta: {} }]), ...trafficOf(state.counts, plan) };
  const usage = state.counts === null ? [] : [{ ...counted, usage: toChatUsage(state.counts, state.grounding) }];
  return { state, out: [...code, ...last, ...usage] };
}

function withCode(delta: JsonObject, code: readonly JsonValue[]): JsonObject {
  return { ...delta, provider_specific_fields: { ...objectIn(delta, 'provider_specific_fields'), code_execution_parts: code } };
}

/** Whether a choice has content; an empty text is none. */
function says({ delta }: JsonObject): boolean {
  return isObject(delta) && Object.keys(delta).length > 0;
}

function extras(candidates: readonly JsonObject[]): JsonObject {
  const { grounding, urls, safety, citations } = toMetadata(candidates);
  return {
    vertex_ai_grounding_metadata: grounding,
    vertex_ai_url_context_metadata: urls,
    vertex_ai_safety_ratings: safety,
    vertex_ai_safety_results: safety,
    vertex_ai_citation_metadata: citations,
  };
}

function chunk({ id, created, model }: StreamState, choices: readonly JsonObject[]): JsonObject {
  return { id, object: 'chat.completion.chunk', created, model, choices };
}

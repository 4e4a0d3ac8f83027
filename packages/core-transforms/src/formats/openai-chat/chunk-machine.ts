import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Step, StreamMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { convertChoice, readDelta } from './convert-delta.ts';
import { mergeUsage, toStreamUsage } from './convert-usage.ts';
import { isErrorBody, toErrorInStream } from './error.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { plainText } from './plain-text.ts';
import { isSaid, objectsIn } from './types.ts';
import { childId } from '../../text/child-id.ts';

/** How far an answer's chunks have come. */
export interface ChunkState {
  /** Members that are the same in every chunk, taken from the first that has them. */
  readonly id: string;
  readonly created: number;
  readonly fingerprint: string | null;
  /** Whether a chunk has been sent. */
  readonly begun: boolean;
  /** OpenAI's finish reason; null until the provider gives one. */
  readonly finish: string | null;
  /** The first choice that gave it. */
  readonly finishIndex: number;
  /** Whether the chunk with it has been sent. */
  readonly finishSent: boolean;
  /** Indexes of choices that have begun but not ended. */
  readonly open: readonly number[];
  readonly usage: JsonObject | null;
  /** Whether the answer so far is one choice of text only. */
  readonly onlyText: boolean;
  readonly reasoningCharacters: number;
  readonly serviceTier: string | null;
  /** Whether the last chunk has been sent: whatever still comes is not part of the answer. */
  readonly closed: boolean;
}

const NOTHING: readonly JsonObject[] = [];
/**
 * Members of a chunk that are handled here. `obfuscation` only pads an event against eavesdroppers between provider and gateway, and is
 * dropped.
 */
const CHUNK_MEMBERS: ReadonlySet<string> = new Set(
  'id object created model choices usage system_fingerprint service_tier provider_specific_fields obfuscation'.split(' '),
);

/**
 * A provider's chunks → chat completion chunks as the reference sends them: the role only in the first one, no chunks without content, the
 * finish reason in a chunk of its own, and the usage in one more at the end.
 *
 * in:     whether the chunks come from a provider, or from another format, which has checked them.
 * out:    chunks with the plan's `answerModel`. `end` emits what the provider left out.
 * errors: the error in place of a chunk; `stream-cut` if a provider's input ended before every choice that began had ended.
 * cost:   the state stays the same object for a chunk with only more text.
 * source: LiteLLM 1.106.2, litellm_core_utils/streaming_handler.py, read 2026-11-23.
 */
export function chunkMachine(plan: Plan, origin: 'provider' | 'format' = 'provider'): StreamMachine<ChunkState, JsonObject, JsonObject> {
  return {
    start: ({ callId, nowSeconds }) => ({
      id: childId('chatcmpl-', callId),
      created: nowSeconds,
      fingerprint: null,
      begun: false,
      finish: null,
      finishIndex: 0,
      finishSent: false,
      open: [],
      usage: null,
      onlyText: true,
      reasoningCharacters: 0,
      serviceTier: null,
      closed: false,
    }),
    step: (state, chunk) => step(plan, state, chunk, origin),
    end: (state) => closeChunks(plan, state, origin),
  };
}

function step(plan: Plan, state: ChunkState, chunk: JsonObject, origin: 'provider' | 'format'): Step<ChunkState, JsonObject> {
  if (state.closed) return { state, out: NOTHING };
  if (isErrorBody(chunk)) return { state, out: NOTHING, error: toErrorInStream(chunk, plan, state.begun) };
  if (onlyContinues(plan, state, chunk, origin)) {
    return { state, out: [envelope(plan, state, chunk, [{ index: 0, delta: { content: plainText(chunk) } }])] };
  }
  const choices = objectsIn(chunk['choices']);
  const [first] = choices;
  const named = nameAnswer(state, chunk);
  if (first === undefined)
    return { state: named, out: showsEmpty(plan, chunk) ? [{ ...envelope(plan, named, {}, []), id: chunk['id'] }] : NOTHING };
  // A guardrail's trace comes after the answer, in a chunk that the reference passes on whole.
  if (isObject(chunk['trace'])) return { state: named, out: [{ ...chunk, ...envelope(plan, named, chunk, choices) }] };
  const ending = choices.filter((choice) => isReason(choice['finish_reason']));
  if (ending.some((choice) => choice['finish_reason'] === 'error')) {
    const said = { error: { message: 'the provider ended the answer with an error' } };
    return { state: named, out: NOTHING, error: toErrorInStream(said, plan, state.begun) };
  }
  const delta = isObject(first['delta']) ? first['delta'] : {};
  const says = readDelta(delta, named.begun);
  // With several choices the reference does not distinguish text from reasoning, unless it makes the chunks itself.
  const isMixed = says.isMixed || (origin === 'provider' && (choices.length > 1 || indexOf(first) > 0));
  const read = noteReasoning(readChoices(named, choices, ending, isMixed), delta['reasoning_content']);
  if (says.speaks) {
    const said = handOn(plan, read, chunk, choices, !read.begun);
    const own = origin === 'format' || saysMore(read, choices) || says.isMixed ? keptMembers(plan, chunk, origin) : undefined;
    return { state: begin(read), out: [own === undefined ? said : { ...own, ...said }] };
  }
  if (read.finish !== null && !read.finishSent && !says.holdsFinish) {
    const said = finishChunk(plan, read, chunk, first);
    const own = origin === 'provider' && saysMore(read, choices) ? keptMembers(plan, chunk, origin) : undefined;
    return { state: { ...read, finishSent: true }, out: [own === undefined ? said : { ...own, ...said }] };
  }
  // Some providers send the usage in a chunk with an empty delta, after the finish: the reference passes its delta on.
  if (read.finishSent && isObject(chunk['usage']) && says.isThere)
    return { state: read, out: [envelope(plan, read, {}, [withRole(first, delta)])] };
  if (says.shows) return { state: begin(read), out: [handOn(plan, read, {}, choices, !read.begun)] };
  return { state: read, out: NOTHING };
}

/** Whether a chunk is the most frequent kind, with only more text of the one open choice. A shortcut: the general way gives the same. */
function onlyContinues(plan: Plan, state: ChunkState, chunk: JsonObject, origin: 'provider' | 'format'): boolean {
  if (!state.begun || state.finish !== null || state.open.length !== 1 || state.open[0] !== 0 || !state.onlyText) return false;
  if (plainText(chunk) === undefined || isObject(chunk['usage']) || isObject(chunk['trace'])) return false;
  const { system_fingerprint: fingerprint, service_tier: tier } = chunk;
  if (typeof fingerprint === 'string' && fingerprint !== state.fingerprint) return false;
  if (typeof tier === 'string' && tier !== '' && tier !== state.serviceTier) return false;
  if (plan.provider.chat?.keepsChunks === true) return false;
  return (origin === 'provider' && state.fingerprint === null) || keptMembers(plan, chunk, origin) === undefined;
}

/**
 * Members of a chunk other than OpenAI's, from another format or the provider. Where the reference uses a client of its own, which drops
 * fingerprints, it drops these too.
 */
function keptMembers(plan: Plan, chunk: JsonObject, origin: 'provider' | 'format'): JsonObject | undefined {
  if (origin === 'provider' && plan.provider.chat?.losesFingerprint === true) return undefined;
  let own: Record<string, JsonValue | undefined> | undefined;
  for (const name in chunk) if (!CHUNK_MEMBERS.has(name) && isSaid(chunk[name])) (own ??= {})[name] = chunk[name];
  return own;
}

/** Whether a chunk is more than a piece of one choice's text. Of such pieces the reference only keeps OpenAI's members. */
function saysMore(state: ChunkState, choices: readonly JsonObject[]): boolean {
  return state.fingerprint !== null || choices.length > 1 || isSaid(choices[0]?.['logprobs']);
}

/** Whether a chunk is about the prompt, such as a filter's findings. */
function showsEmpty({ provider, dialect }: Plan, { choices, usage, id }: JsonObject): boolean {
  const isEmpty = Array.isArray(choices) && choices.length === 0 && !isObject(usage) && typeof id === 'string';
  return isEmpty && provider.chat?.keepsChunks === true && dialect === 'openai-chat';
}

function begin(state: ChunkState): ChunkState {
  return state.begun ? state : { ...state, begun: true };
}

/** The state with the answer's identity and usage from a chunk; the same object if it has neither. */
function nameAnswer(state: ChunkState, chunk: JsonObject): ChunkState {
  const { id, created, system_fingerprint: fingerprint, service_tier: tier, usage } = chunk;
  const nextId = typeof id === 'string' && id.trim() !== '' && !state.begun ? id : state.id;
  const nextCreated = typeof created === 'number' && created > 0 && !state.begun ? created : state.created;
  const nextFingerprint = typeof fingerprint === 'string' ? fingerprint : state.fingerprint;
  const nextTier = typeof tier === 'string' && tier !== '' ? tier : state.serviceTier;
  const same =
    nextId === state.id && nextCreated === state.created && nextFingerprint === state.fingerprint && nextTier === state.serviceTier;
  if (same && !isObject(usage)) return state;
  const merged = isObject(usage) ? mergeUsage(state.usage, usage) : state.usage;
  return { ...state, id: nextId, created: nextCreated, fingerprint: nextFingerprint, serviceTier: nextTier, usage: merged };
}

/** The state with the choices that a chunk begins and ends; the same object if there are none. */
function readChoices(state: ChunkState, choices: readonly JsonObject[], ending: readonly JsonObject[], mixed: boolean): ChunkState {
  const begun = choices.map(indexOf).filter((index) => !state.open.includes(index));
  const isNew = ending.length > 0 || (state.finish === null && begun.length > 0) || (mixed && state.onlyText);
  if (!isNew) return state;
  const ended = new Set(ending.map(indexOf));
  const [first = {}] = choices;
  const reason = first['finish_reason'];
  return {
    ...state,
    finish: isReason(reason) ? mapStopReason(reason) : state.finish,
    finishIndex: isReason(reason) && state.finish === null ? indexOf(first) : state.finishIndex,
    open: [...state.open, ...begun].filter((index) => !ended.has(index)),
    onlyText: state.onlyText && !mixed,
  };
}

function noteReasoning(state: ChunkState, reasoning: JsonValue | undefined): ChunkState {
  if (typeof reasoning !== 'string' || reasoning === '') return state;
  return { ...state, reasoningCharacters: state.reasoningCharacters + reasoning.length };
}

function indexOf(choice: JsonObject): number {
  return typeof choice['index'] === 'number' ? choice['index'] : 0;
}

function isReason(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function handOn(plan: Plan, state: ChunkState, chunk: JsonObject, choices: readonly JsonObject[], isFirst: boolean): JsonObject {
  const keepsMembers = plan.provider.chat?.keepsChunks === true;
  const converted = choices.map((choice, position) =>
    convertChoice(choice, isFirst && position === 0 ? 'assistant' : undefined, keepsMembers),
  );
  return envelope(plan, state, chunk, converted);
}

function withRole(choice: JsonObject, { role }: JsonObject): JsonObject {
  return convertChoice(choice, typeof role === 'string' ? role : undefined, false);
}

function finishChunk(plan: Plan, state: ChunkState, chunk: JsonObject, choice: JsonObject): JsonObject {
  const { logprobs } = choice;
  const said = { index: state.finishIndex, delta: {}, ...(isSaid(logprobs) && { logprobs }), finish_reason: state.finish };
  const fields = chunk['provider_specific_fields'];
  return { ...envelope(plan, state, chunk, [said]), ...(isObject(fields) && { provider_specific_fields: fields }) };
}

function envelope(plan: Plan, state: ChunkState, chunk: JsonObject, choices: readonly JsonObject[]): JsonObject {
  const { model, service_tier: tier } = chunk;
  const made: Record<string, JsonValue> = {
    id: state.id,
    object: 'chat.completion.chunk',
    created: state.created,
    model: plan.answerModel ?? model ?? plan.model,
  };
  if (state.fingerprint !== null && plan.provider.chat?.losesFingerprint !== true) made['system_fingerprint'] = state.fingerprint;
  if (isSaid(tier)) made['service_tier'] = tier;
  made['choices'] = choices;
  return made;
}

/** Emits what is left at the end: a finish reason that was held back, the usage. */
function closeChunks(plan: Plan, state: ChunkState, origin: 'provider' | 'format'): Step<ChunkState, JsonObject> {
  if (state.closed) return { state, out: NOTHING };
  const complete = state.finish !== null && (state.open.length === 0 || origin === 'format');
  if (!complete) return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase: phaseOf(state) } };
  const out: JsonObject[] = [];
  if (!state.finishSent) out.push(finishChunk(plan, state, {}, {}));
  if (state.usage !== null) {
    const chunk = state.serviceTier === null ? {} : { service_tier: state.serviceTier };
    const { countsGiven } = plan.provider.chat ?? {};
    const isCounted = countsGiven !== undefined && holdsFor(countsGiven, plan);
    out.push({
      ...envelope(plan, state, chunk, [{ index: 0, delta: {} }]),
      usage: toStreamUsage(state.usage, state.onlyText && !isCounted, isCounted ? 0 : state.reasoningCharacters),
    });
  }
  return { state: { ...state, finishSent: true, closed: true }, out };
}

function phaseOf(state: ChunkState): string {
  return state.begun ? 'answering' : 'waiting for the first event';
}

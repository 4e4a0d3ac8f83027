import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { groundingOf, toAnnotations } from './grounding.ts';
import { readInvocations } from './invocations.ts';
import { isArray, isSaid, objectIn, objectsIn, readString, type Part } from './types.ts';
import { SIGNATURE_SEPARATOR } from '../../params/plain-call-ids.ts';

/** Audio that a model wrote into its text. */
const AUDIO_TEXT = /^data:audio\/[^,]*;base64,([\w+/=]*)$/u;
/** Characters of an id that are the answer's own; the rest counts its calls. */
const ID_LENGTH = 24;

/** One of a provider's answers, whole or a stream's piece of it, as far as it says something. */
export interface Said {
  readonly text: string | undefined;
  readonly reasoning: string | undefined;
  readonly thinkingBlocks: readonly JsonObject[];
  readonly images: readonly JsonObject[];
  /** Base64. */
  readonly audio: string | undefined;
  readonly annotations: readonly JsonObject[];
  /** What OpenAI has no word for: signatures of thoughts, what the provider's own tools did. */
  readonly fields: JsonObject;
}

/** The parts of a candidate; undefined when it has none, which is not the same as an empty list. */
export function partsOf(candidate: JsonObject): readonly Part[] | undefined {
  const { parts } = objectIn(candidate, 'content');
  return isArray(parts) ? objectsIn(parts) : undefined;
}

/** Whether a candidate is an answer at all: some hold nothing but what was found out about others. */
export function isAnswer(candidate: JsonObject): boolean {
  return candidate['content'] !== undefined || candidate['finishReason'] !== undefined;
}

/**
 * Reads a candidate's parts.
 *
 * out:    texts joined, thoughts apart. A thought's own signature stands on its block, every signature in the fields. Code that the
 *         provider ran is kept in the fields; the reference loses it.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `_process_candidates`, read 2026-11-26.
 */
export function readParts(parts: readonly Part[], candidate: JsonObject): Said {
  const thoughts = parts.filter((part) => part['thought'] === true);
  const signatures = parts.flatMap(({ thoughtSignature: signature }) => (isSaid(signature) ? [signature] : []));
  const invocations = readInvocations(parts);
  const code = parts.filter((part) => part['executableCode'] !== undefined || part['codeExecutionResult'] !== undefined);
  return {
    text: joinTexts(parts.filter((part) => part['thought'] !== true)),
    reasoning: joinTexts(thoughts),
    thinkingBlocks: thoughts.map((part) => ({
      type: 'thinking',
      thinking: readString(part, 'text') ?? '',
      ...(isSaid(part['thoughtSignature']) && { signature: part['thoughtSignature'] }),
    })),
    images: parts.flatMap(toImage),
    audio: parts.map(toAudio).find((audio) => audio !== undefined),
    annotations: toAnnotations(groundingOf(candidate)),
    fields: {
      ...(signatures.length > 0 && { thought_signatures: signatures }),
      ...(invocations.length > 0 && { server_side_tool_invocations: invocations }),
      ...(code.length > 0 && { code_execution_parts: code }),
    },
  };
}

/**
 * The calls among parts, as OpenAI's.
 *
 * in:     how many calls the answer had before; the call's own id to mint from where the provider gave none.
 * out:    an id carries the signature of the thought behind its call, so that clients bring it back.
 */
export function toToolCalls(parts: readonly Part[], before: number, callId: string): readonly JsonObject[] {
  const calls = parts.filter((part) => part['functionCall'] !== undefined);
  return calls.map((part, position) => {
    const call = objectIn(part, 'functionCall');
    const index = before + position;
    const own = readString(call, 'id');
    const id = own === undefined || own === '' ? mintId(callId, index) : own;
    const signature = readString(part, 'thoughtSignature') ?? '';
    const fields = { id: id + SIGNATURE_SEPARATOR + signature, provider_specific_fields: { thought_signature: signature } };
    return {
      index,
      id,
      type: 'function',
      function: { name: readString(call, 'name') ?? '', arguments: toPythonJson(call['args'] ?? {}, 'unicode') },
      ...(signature !== '' && fields),
    };
  });
}

/** Whether a client asked in the old way, with `functions`: it is answered in the old way. */
export function asksForFunction({ functions }: JsonObject): boolean {
  return isArray(functions) && functions.length > 0;
}

/** Calls as a message or a delta shows them: a list, or for clients that asked with `functions` the last one alone. */
export function toCallMembers(calls: readonly JsonObject[], asFunction: boolean): JsonObject {
  const last = calls.at(-1);
  if (last === undefined) return {};
  if (!asFunction) return { tool_calls: calls };
  const { provider_specific_fields: fields } = last;
  return { function_call: { ...objectIn(last, 'function'), ...(fields !== undefined && { provider_specific_fields: fields }) } };
}

/** Probabilities of the tokens that were chosen, and of those that might have been. */
export function toLogprobs({ logprobsResult: given }: JsonObject): JsonObject | undefined {
  const [result = {}] = objectsIn([given ?? null]);
  const { chosenCandidates: chosen, topCandidates: tops } = result;
  if (!isArray(chosen)) return undefined;
  const lists = objectsIn(tops);
  return {
    content: objectsIn(chosen).map((one, index) => ({
      ...toProbability(one),
      top_logprobs: objectsIn(lists[index]?.['candidates']).map(toProbability),
    })),
  };
}

/** What an answer's candidates tell of themselves, under the names that the reference gives it. */
export function toMetadata(
  candidates: readonly JsonObject[],
): Readonly<Record<'grounding' | 'urls' | 'safety' | 'citations', readonly JsonValue[]>> {
  const all = (name: string): readonly JsonValue[] =>
    candidates.flatMap((candidate) => (candidate[name] === undefined ? [] : [candidate[name]]));
  return {
    grounding: candidates.flatMap(groundingOf),
    urls: all('urlContextMetadata'),
    safety: all('safetyRatings'),
    citations: all('citationMetadata'),
  };
}

function toProbability({ token = null, logProbability: logprob = null }: JsonObject): JsonObject {
  return { token, logprob };
}

function joinTexts(parts: readonly Part[]): string | undefined {
  const texts = parts.map(textOf).filter((text) => text !== '');
  return texts.length === 0 ? undefined : texts.join('');
}

/** Files that are no pictures and no sound stand in the text, as the reference shows them. */
function textOf(part: Part): string {
  const text = readString(part, 'text');
  if (text !== undefined) return AUDIO_TEXT.test(text) ? '' : text;
  if (part['inlineData'] === undefined) return '';
  const { type, data } = readInline(part);
  return /^(?:audio|image)\//u.test(type) ? '' : `data:${type};base64,${data}`;
}

function toImage(part: Part): readonly JsonObject[] {
  const { type, data } = readInline(part);
  if (!type.startsWith('image/')) return [];
  return [{ image_url: { url: `data:${type};base64,${data}`, detail: 'auto' }, index: 0, type: 'image_url' }];
}

function toAudio(part: Part): string | undefined {
  const text = readString(part, 'text');
  if (text !== undefined) return AUDIO_TEXT.exec(text)?.[1];
  const { type, data } = readInline(part);
  return type.startsWith('audio/') ? data : undefined;
}

function readInline(part: Part): { readonly type: string; readonly data: string } {
  const inline = objectIn(part, 'inlineData');
  return { type: readString(inline, 'mimeType') ?? '', data: readString(inline, 'data') ?? '' };
}

/** As long as the reference's, and never the same twice in one answer. */
function mintId(callId: string, index: number): string {
  return `call_${callId.replaceAll('-', '').slice(0, ID_LENGTH)}${index.toString(16).padStart(4, '0')}`;
}

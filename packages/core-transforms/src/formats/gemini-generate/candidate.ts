import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { groundingOf, toAnnotations } from './grounding.ts';
import { readInvocations } from './invocations.ts';
import { isArray, isSaid, objectIn, objectsIn, readString, type Part } from './types.ts';
import { SIGNATURE_SEPARATOR } from '../../params/plain-call-ids.ts';

/** Audio that a model put into its text. */
const AUDIO_TEXT = /^data:audio\/[^,]*;base64,([\w+/=]*)$/u;
/** Length of the part of an id that belongs to the answer; the rest counts its calls. */
const ID_LENGTH = 24;

/** The content of one candidate, whole or a stream's piece of it. */
export interface Said {
  readonly text: string | undefined;
  readonly reasoning: string | undefined;
  readonly thinkingBlocks: readonly JsonObject[];
  readonly images: readonly JsonObject[];
  /** Base64. */
  readonly audio: string | undefined;
  readonly annotations: readonly JsonObject[];
  /** Everything without an equivalent at OpenAI: signatures of thoughts, the activity of the provider's own tools. */
  readonly fields: JsonObject;
}

/** The parts of a candidate; undefined if it has no list of them, which differs from an empty list. */
export function partsOf(candidate: JsonObject): readonly Part[] | undefined {
  const { parts } = objectIn(candidate, 'content');
  return isArray(parts) ? objectsIn(parts) : undefined;
}

/** Whether a candidate is an answer: some only have metadata about the others. */
export function isAnswer(candidate: JsonObject): boolean {
  return candidate['content'] !== undefined || candidate['finishReason'] !== undefined;
}

/**
 * Reads a candidate's parts.
 *
 * out:    texts joined, thoughts separate. A thought's own signature is in its block, all signatures are in the fields. Code that the
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
 * The calls among the parts, in OpenAI's shape.
 *
 * in:     how many calls the answer had before; the gateway's id of this call, from which ids are made if the provider gives none.
 * out:    an id contains the signature of the thought behind its call, so that clients send it back.
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

/** Whether a client used the old `functions`, and so gets `function_call`. */
export function asksForFunction({ functions }: JsonObject): boolean {
  return isArray(functions) && functions.length > 0;
}

/** Calls as members of a message or a delta: a list, or for clients that used `functions` only the last one. */
export function toCallMembers(calls: readonly JsonObject[], asFunction: boolean): JsonObject {
  const last = calls.at(-1);
  if (last === undefined) return {};
  if (!asFunction) return { tool_calls: calls };
  const { provider_specific_fields: fields } = last;
  return { function_call: { ...objectIn(last, 'function'), ...(fields !== undefined && { provider_specific_fields: fields }) } };
}

/** Log probabilities of the chosen tokens and of their alternatives. */
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

/** Metadata of an answer's candidates, by the reference's names. */
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

/** A part's text. As in the reference, files other than images and audio are put into the text. */
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

/** An id as long as the reference's, unique within one answer. */
function mintId(callId: string, index: number): string {
  return `call_${callId.replaceAll('-', '').slice(0, ID_LENGTH)}${index.toString(16).padStart(4, '0')}`;
}

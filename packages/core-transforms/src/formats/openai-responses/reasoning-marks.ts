import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ReasoningMarks } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';

/** The prefixes of a marked part, and of a marked id. Source: LiteLLM 1.106.2, responses/utils.py, read 2026-11-29. */
const PART = 'litellm_enc:';
const ID = 'encitem_';
const MODEL = 'model_id:';
const MODEL_OF_ID = 'litellm:model_id:';
const ITEM_OF_ID = 'item_id:';

const DECODER = new TextDecoder('utf-8', { fatal: true });
const ENCODER = new TextEncoder();

/**
 * The deployment from which a conversation's encrypted reasoning came.
 *
 * in:  `input` of a call.
 * out: the id in the first mark; undefined if nothing is marked. Clients can forge marks, so the id is only a preference.
 */
export function readReasoningOrigin(input: JsonValue | undefined): string | undefined {
  for (const item of objectsIn(input)) {
    const origin = readMarks(item)?.origin;
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/**
 * The input without marks, as its provider sent it. With `marks`, reasoning that the deployment cannot read is removed too, except
 * non-empty summaries; reasoning without a mark is taken to come from the first mark's deployment.
 *
 * out: the same value if nothing was marked.
 */
export function withoutMarks(input: JsonValue | undefined, marks: ReasoningMarks | undefined): JsonValue | undefined {
  const first = readReasoningOrigin(input);
  if (first === undefined || !Array.isArray(input)) return input;
  const items: readonly JsonValue[] = input;
  return items.flatMap<JsonValue>((item) => {
    if (!isObject(item)) return [item];
    const { plain, origin = first } = readMarks(item) ?? { plain: item };
    const isRead = marks === undefined || origin === marks.deploymentId || marks.reads(origin);
    return isRead ? [plain] : withoutReasoning(plain);
  });
}

/**
 * Marks the encrypted part of an answer's item and, as in the reference, its id too, except in events of a stream.
 *
 * out: the same value if nothing is encrypted.
 */
export function withMark(item: JsonValue, { deploymentId }: ReasoningMarks, marksId: boolean): JsonValue {
  if (!isObject(item)) return item;
  const { encrypted_content: encrypted, id } = item;
  if (typeof encrypted !== 'string' || encrypted === '') return item;
  return {
    ...item,
    ...(marksId && typeof id === 'string' && id !== '' && { id: ID + encode(`${MODEL_OF_ID}${deploymentId};${ITEM_OF_ID}${id}`) }),
    encrypted_content: `${PART}${encode(MODEL + deploymentId)};${encrypted}`,
  };
}

/** An answer's `output` with marks; undefined if it needs none. */
export function withMarks(output: JsonValue | undefined, marks: ReasoningMarks | undefined): JsonValue | undefined {
  if (marks === undefined || !Array.isArray(output)) return undefined;
  const items: readonly JsonValue[] = output;
  const marked = items.map((item) => withMark(item, marks, true));
  return marked.some((item, index) => item !== items[index]) ? marked : undefined;
}

/** An item without its marks, and the deployment that they name; undefined if it has none. */
function readMarks(item: JsonObject): { readonly plain: JsonObject; readonly origin: string } | undefined {
  const { id, encrypted_content: encrypted } = item;
  const ofId = typeof id === 'string' && id.startsWith(ID) ? readId(id) : undefined;
  const ofPart = typeof encrypted === 'string' && encrypted.startsWith(PART) ? readPart(encrypted) : undefined;
  const origin = ofId?.origin ?? ofPart?.origin;
  if (origin === undefined) return undefined;
  const plain = {
    ...item,
    ...(ofId !== undefined && { id: ofId.id }),
    ...(ofPart !== undefined && { encrypted_content: ofPart.encrypted }),
  };
  return { plain, origin };
}

function readId(id: string): { readonly origin: string; readonly id: string } | undefined {
  const text = decode(id.slice(ID.length)) ?? '';
  const end = text.indexOf(`;${ITEM_OF_ID}`);
  if (end === -1 || !text.startsWith(MODEL_OF_ID)) return undefined;
  return { origin: text.slice(MODEL_OF_ID.length, end), id: text.slice(end + 1 + ITEM_OF_ID.length) };
}

function readPart(part: string): { readonly origin: string; readonly encrypted: string } | undefined {
  const end = part.indexOf(';');
  const text = end === -1 ? '' : (decode(part.slice(PART.length, end)) ?? '');
  return text.startsWith(MODEL) ? { origin: text.slice(MODEL.length), encrypted: part.slice(end + 1) } : undefined;
}

function withoutReasoning(item: JsonObject): readonly JsonObject[] {
  const { type, id: _id, encrypted_content: encrypted, ...rest } = item;
  if (type !== 'reasoning' || encrypted === undefined || encrypted === null || encrypted === '') return [item];
  return isSaid(rest['summary']) || isSaid(rest['content']) ? [{ type, ...rest }] : [];
}

/** Whether a value is a non-empty text, or a list with one. */
function isSaid(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return objectsIn(value).some(({ text }) => typeof text === 'string' && text !== '');
}

function encode(text: string): string {
  return btoa(String.fromCodePoint(...ENCODER.encode(text)));
}

function decode(text: string): string | undefined {
  try {
    return DECODER.decode(Uint8Array.from(atob(text), (letter) => letter.codePointAt(0) ?? 0));
  } catch {
    return undefined;
  }
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { plainType, typeOfObject } from '../gemini-generate/media-type.ts';

const DATA = /^data:([^,]*?);base64,/u;
/** Uploaded files, whose type has to be looked up before use. */
const UPLOADED = /^(?:https:\/\/generativelanguage\.googleapis\.com\/v1beta\/)?files\//u;
const TYPES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'audio/mpeg',
  'audio/wav',
  'video/mp4',
  'video/quicktime',
  'application/pdf',
]);

/**
 * One input → a part for Gemini to embed: a text, media as a data URL, or an object in a bucket.
 *
 * errors: `bad-request` for another type, and for anything other than text or media; `declined` for an uploaded file and for parts in the
 *         client's own shape.
 * source: LiteLLM 1.106.2, batch_embed_content_transformation.py, read 2026-11-29.
 */
export function toPart(input: JsonValue): Outcome<JsonObject> {
  if (isObject(input)) return fail({ kind: 'declined', path: 'input', reason: 'files are embedded as data URLs or gs:// addresses here' });
  if (typeof input !== 'string') return refuse(`an input is a text or a file, not ${JSON.stringify(input)}`);
  const [lead, given = ''] = DATA.exec(input) ?? [];
  if (lead !== undefined) {
    const type = plainType(given);
    return TYPES.has(type)
      ? ok({ inline_data: { mime_type: type, data: input.slice(lead.length) } })
      : refuse(`${type} cannot be embedded`);
  }
  if (input.startsWith('gs://')) {
    const type = typeOfObject(input);
    return type === undefined
      ? refuse(`${input} does not say of what type it is`)
      : ok({ file_data: { mime_type: type, file_uri: input } });
  }
  if (UPLOADED.test(input)) return fail({ kind: 'declined', path: 'input', reason: 'uploaded files are not looked up here' });
  return ok({ text: input });
}

/** All of them, or the first error. */
export function toParts(inputs: readonly JsonValue[]): Outcome<readonly JsonObject[]> {
  const parts: JsonObject[] = [];
  for (const input of inputs) {
    const part = toPart(input);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return ok(parts);
}

function refuse(message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-request', path: '', message: `input: ${message}` });
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { guessMediaType, UNKNOWN_MEDIA_TYPE } from './media-type.ts';
import { parseJson } from '../../json/parse-json.ts';

/** One part of a multipart form, already decoded. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly filename: string; readonly contentType: string; readonly bytes: Uint8Array };

/** `String.fromCharCode` takes its bytes as arguments; a multiple of three keeps base64 free of padding in between. */
const CHUNK_BYTES = 3 * 8_192;

/**
 * A multipart OCR form → the equivalent JSON body: the file as a data URL, every other field parsed if it is JSON.
 *
 * errors: `bad-request` without a part `file`, or with an empty one.
 * source: proxy/ocr_endpoints/endpoints.py, _parse_multipart_form.
 */
export function toOcrBody(parts: readonly FormPart[]): Outcome<JsonObject> {
  const file = parts.find((part) => part.name === 'file' && 'bytes' in part);
  if (file === undefined || !('bytes' in file)) {
    return refuse("Multipart OCR request must include a 'file' field with the document to process");
  }
  if (file.bytes.length === 0) return refuse('Uploaded file is empty');
  const fields = parts.flatMap((part): [string, JsonValue][] =>
    'value' in part && part.name !== 'file' && part.name !== 'document' ? [[part.name, parseField(part.value)]] : [],
  );
  return ok({ document: toDocument(file.filename, file.contentType, file.bytes), ...Object.fromEntries(fields) });
}

function toDocument(filename: string, contentType: string, bytes: Uint8Array): JsonObject {
  const given = contentType.split(';')[0]?.trim() ?? '';
  const mediaType = given === '' || given === UNKNOWN_MEDIA_TYPE ? guessMediaType(filename) : given;
  const type = mediaType.startsWith('image/') ? 'image_url' : 'document_url';
  return { type, [type]: `data:${mediaType};base64,${toBase64(bytes)}` };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)));
  return text;
}

function parseField(value: string): JsonValue {
  const parsed = parseJson(value);
  return parsed === undefined ? value : parsed;
}

function refuse(message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-request', path: '', message });
}

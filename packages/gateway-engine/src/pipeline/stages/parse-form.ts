import { toRawObject, type JsonValue, type RawObject } from '@stagegate/core-transforms';
import { stop, type Staged } from '../../errors/index.ts';

/**
 * A form as the JSON body that would say the same: the uploaded `file` becomes a `document` with a data URL, a field that is
 * JSON is read as JSON, as the reference does for `/ocr`.
 *
 * errors: `bad-body` for a form that cannot be read.
 */
export async function readForm(bytes: Uint8Array, contentType: string): Promise<RawObject | Extract<Staged<never>, { ok: false }>> {
  let form: FormData;
  try {
    form = await new Response(Buffer.from(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return stop({ kind: 'bad-body', what: 'form', message: 'it is malformed' });
  }
  const members: [string, JsonValue][] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') members.push([name, readField(value)]);
    else members.push(['document', await toDocument(value)]);
  }
  return toRawObject(Object.fromEntries(members));
}

function readField(text: string): JsonValue {
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

async function toDocument(file: File): Promise<JsonValue> {
  const mediaType = file.type === '' ? 'application/pdf' : file.type;
  const url = `data:${mediaType};base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;
  return mediaType.startsWith('image/') ? { type: 'image_url', image_url: url } : { type: 'document_url', document_url: url };
}

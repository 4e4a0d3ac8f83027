import type { JsonValue } from '@stagegate/core-transforms';
import { parseJson } from '../compare/difference.ts';
import type { RequestRecord } from '../compare/records.ts';

/** A request as vectors describe it: path with query, lower-case headers, JSON or text or form. Reads the body. */
export async function toRequestRecord(request: Request): Promise<RequestRecord> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const isForm = /^multipart\/form-data\b/iu.test(headers['content-type'] ?? '');
  const body = isForm ? await readForm(request) : readText(await request.text());
  return { method: request.method, path: pathname + search, headers, body };
}

function readText(text: string): JsonValue {
  if (text === '') return null;
  return parseJson(text) ?? { $text: text };
}

async function readForm(request: Request): Promise<JsonValue> {
  const parts: JsonValue[] = [];
  for (const [name, value] of await request.formData()) {
    if (typeof value === 'string') parts.push({ name, value });
    else
      parts.push({
        name,
        filename: value.name,
        content_type: value.type,
        base64: Buffer.from(await value.arrayBuffer()).toString('base64'),
      });
  }
  return { $multipart: parts };
}

import { parseJson, type JsonValue } from '@stagegate/core-transforms';
import type { RequestRecord } from '../compare/records.ts';
import { readParts } from '../replay/sent-request.ts';

/** A request as vectors describe it: path with query, lower-case headers, JSON or text or form. Reads the body. */
export async function toRequestRecord(request: Request): Promise<RequestRecord> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const isForm = /^multipart\/form-data\b/iu.test(headers['content-type'] ?? '');
  const body = isForm ? { $multipart: await readParts(request) } : readText(await request.text());
  return { method: request.method, path: pathname + search, headers, body };
}

function readText(text: string): JsonValue {
  if (text === '') return null;
  return parseJson(text) ?? { $text: text };
}

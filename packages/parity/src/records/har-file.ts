import { isObject, parseJson } from '@stagegate/core-transforms';
import { readFileSync } from 'node:fs';

/** One entry of a HAR file (HTTP Archive 1.2), as far as it is read. */
export interface HarEntry {
  readonly startedMs: number;
  readonly durationMs: number;
  readonly method: string;
  readonly url: URL;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer;
}

/** What of a HAR file could be read. */
export interface HarFile {
  readonly entries: readonly HarEntry[];
  /** Entries that are no calls over HTTP with an answer. */
  readonly unreadable: number;
}

/** Reads a HAR file. Throws when it is not there or is none. */
export function readHar(path: string): HarFile {
  const parsed = parseJson(readFileSync(path, 'utf8').replace(/^\uFEFF/u, ''));
  if (parsed === undefined) throw new Error(`${path} is no HAR file: it is no JSON, or not all of it`);
  const entries = isObject(parsed) && isObject(parsed['log']) ? parsed['log']['entries'] : undefined;
  if (!Array.isArray(entries)) throw new Error(`${path} is no HAR file: it has no log.entries`);
  const read = entries.map(toEntry);
  const sound = read.filter((entry) => entry !== undefined).toSorted((a, b) => a.startedMs - b.startedMs);
  return { entries: sound, unreadable: read.length - sound.length };
}

function toEntry(given: unknown): HarEntry | undefined {
  if (!isObject(given)) return undefined;
  const { request, response, startedDateTime, time } = given;
  if (!isObject(request) || !isObject(response)) return undefined;
  const startedMs = Date.parse(String(startedDateTime));
  const url = URL.parse(String(request['url']));
  const status = Number(response['status']);
  if (url === null || Number.isNaN(startedMs) || !(status >= 100)) return undefined;
  return {
    startedMs,
    durationMs: Math.max(0, Number(time) || 0),
    method: String(request['method']),
    url,
    requestHeaders: toHeaders(request['headers']),
    requestBody: toBytes(request['postData']),
    status,
    responseHeaders: toHeaders(response['headers']),
    responseBody: toBytes(response['content']),
  };
}

/** Lower-case names, repeated ones joined. HTTP/2's own names begin with a colon. */
function toHeaders(list: unknown): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isObject(entry)) continue;
    const name = String(entry['name']).toLowerCase();
    const value = String(entry['value']);
    if (!name.startsWith(':')) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function toBytes(content: unknown): Buffer {
  if (!isObject(content) || typeof content['text'] !== 'string') return Buffer.alloc(0);
  return Buffer.from(content['text'], content['encoding'] === 'base64' ? 'base64' : 'utf8');
}

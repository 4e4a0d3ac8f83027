import { createHash } from 'node:crypto';
import type { SignRequest } from '../credentials/index.ts';
import type { Clock, ResponseCache, S3Settings } from '../ports/index.ts';
import { keysIn, readEntry, writeEntry } from './entries.ts';

/** The longest that a call waits for the cache. Ours: the reference waits for a minute. */
const READ_MS = 1_000;
const WRITE_MS = 10_000;
/** After a failure the bucket is left alone for this long. */
const REST_MS = 5_000;
/** Answers that are being written at once, at most; further ones are not stored. */
const WRITES_MAX = 100;
/** Longer objects are not read. None of ours are that long, but others may write to the bucket, too. */
const ENTRY_BYTES_MAX = 8 * 1_048_576;
/** Entries that live at least this long get no `Expires`, as in the reference. */
const FOREVER_SECONDS = 31_536_000;

/** What a bucket is reached with. */
export interface S3Tools {
  readonly fetch: typeof globalThis.fetch;
  readonly sign: SignRequest;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
}

/**
 * Caches answers in a bucket of S3, as the reference does: each is an object under its key, JSON of a time and a text, with its end in
 * `Expires`. Nothing is deleted: that is left to the bucket's own rules.
 *
 * in:     settings with a region.
 * source: LiteLLM 1.106.2, caching/s3_cache.py; docs.aws.amazon.com/AmazonS3/latest/API, read 2026-11-29.
 */
export function createS3Cache(
  settings: S3Settings & { readonly region: string },
  namespace: string | undefined,
  { fetch, sign, clock }: S3Tools,
): ResponseCache {
  const keyOf = keysIn(namespace);
  const objectOf = (key: string): string => settings.prefix + keyOf(key).replaceAll(':', '/');
  const base = baseOf(settings);
  let restsUntilMs = 0;
  let writing = 0;
  /** The answer; undefined where there is none, or it did not come in time. */
  const ask = async (
    method: 'GET' | 'PUT',
    key: string,
    body: string,
    more: Readonly<Record<string, string>>,
  ): Promise<Response | undefined> => {
    if (clock.monotonicMs() < restsUntilMs) return undefined;
    const url = `${base}/${objectOf(key).split('/').map(encodeSegment).join('/')}`;
    const headers = { ...more, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') };
    try {
      const signed = { ...headers, ...(await sign({ method, url, headers, body })) };
      const signal = AbortSignal.timeout(method === 'GET' ? READ_MS : WRITE_MS);
      const answer = await fetch(url, { method, headers: signed, redirect: 'manual', signal, ...(method === 'PUT' && { body }) });
      if (answer.status >= 500) restsUntilMs = clock.monotonicMs() + REST_MS;
      if (answer.ok) return answer;
      await answer.body?.cancel();
    } catch {
      restsUntilMs = clock.monotonicMs() + REST_MS;
    }
    return undefined;
  };
  return {
    read: async (key) => {
      const answer = await ask('GET', key, '', {});
      if (answer === undefined) return undefined;
      if (Number(answer.headers.get('content-length') ?? ENTRY_BYTES_MAX) >= ENTRY_BYTES_MAX) return void (await answer.body?.cancel());
      const text = await answer.text().catch(() => '');
      const endMs = Date.parse(answer.headers.get('expires') ?? '');
      return endMs < clock.nowMs() ? undefined : readEntry(text);
    },
    write: (key, answer, ttlSeconds) => {
      if (writing >= WRITES_MAX || ttlSeconds <= 0) return;
      writing += 1;
      void ask('PUT', key, writeEntry(answer), headersFor(objectOf(key), ttlSeconds, clock.nowMs())).then(async (kept) => {
        await kept?.body?.cancel();
        writing -= 1;
      });
    },
    server: undefined,
  };
}

/** Other servers have the bucket in the path. AWS has it in the host's name, unless it contains dots, which no certificate covers. */
function baseOf({ bucket, region, endpoint, plain }: S3Settings & { readonly region: string }): string {
  const path = encodeSegment(bucket);
  if (endpoint !== undefined) return `${endpoint}/${path}`;
  const scheme = plain === true ? 'http' : 'https';
  return bucket.includes('.') ? `${scheme}://s3.${region}.amazonaws.com/${path}` : `${scheme}://${path}.s3.${region}.amazonaws.com`;
}

function headersFor(object: string, ttlSeconds: number, nowMs: number): Readonly<Record<string, string>> {
  const ends = ttlSeconds < FOREVER_SECONDS && { expires: new Date(nowMs + ttlSeconds * 1000).toUTCString() };
  return {
    'content-type': 'application/json',
    'content-language': 'en',
    'content-disposition': `inline; filename="${object.replace(/[^\u0020-\u007e]|"/gu, '_')}.json"`,
    'cache-control': `immutable, max-age=${ttlSeconds}, s-maxage=${ttlSeconds}`,
    ...ends,
  };
}

/** Escapes as AWS does: everything but letters, digits and `-._~`. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/gu, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

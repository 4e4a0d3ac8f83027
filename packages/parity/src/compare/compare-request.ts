import type { JsonValue } from '@stagegate/core-transforms';
import { diffJson, type Difference } from './difference.ts';
import type { RequestRecord } from './records.ts';

/** Headers that matter to a provider: compared also when only one side has them. */
const COMPARED_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'anthropic-version', 'anthropic-beta', 'content-type'];

/** Headers by which the reference names itself, or says what it accepts: ours are our own. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['accept', 'user-agent', 'http-referer', 'x-title', 'request-source']);

/**
 * Compares what goes to the provider: method, path with query, the exact body, and the headers that matter.
 *
 * in:  undefined means that nothing was sent.
 * out: differences under `request`.
 */
export function compareRequest(expected: RequestRecord | undefined, got: RequestRecord | undefined): readonly Difference[] {
  if (expected === undefined || got === undefined) {
    return expected === got ? [] : [{ path: 'request', expected: describe(expected), got: describe(got) }];
  }
  const wanted = withoutSecondCredential(expected.headers);
  const names = new Set([...COMPARED_HEADERS, ...Object.keys(wanted).filter((name) => !OWN_HEADERS.has(name))]);
  return [
    ...diffJson(expected.method, got.method, 'request.method'),
    ...diffJson(expected.path, got.path, 'request.path'),
    ...[...names].flatMap((name) => diffJson(headerValue(wanted, name), headerValue(got.headers, name), `request.headers.${name}`)),
    ...diffJson(expected.body, got.body, 'request.body'),
  ];
}

/** The promised part of a header: of a signature its presence, of a media type no parameters, of betas the set. */
function headerValue(headers: RequestRecord['headers'], name: string): JsonValue | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (name === 'content-type') return value.split(';')[0]?.trim().toLowerCase();
  if (name === 'anthropic-beta')
    return value
      .split(',')
      .map((beta) => beta.trim())
      .toSorted();
  if (name === 'authorization' && /^AWS4-|^<signature>/u.test(value)) return '<signature>';
  return value;
}

/** There must be one credential: beside `authorization` no `x-api-key`, whatever the reference sent. */
function withoutSecondCredential(headers: RequestRecord['headers']): RequestRecord['headers'] {
  if (headers['authorization'] === undefined) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-api-key'));
}

function describe(request: RequestRecord | undefined): JsonValue | undefined {
  return request === undefined ? undefined : `${request.method} ${request.path}`;
}

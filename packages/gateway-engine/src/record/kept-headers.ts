import type { Headers } from '@stagegate/core-transforms';
import { isSecretName } from '../config/param-names.ts';

/** A client's headers that a replay may need, or that help to tell calls apart. All others are left out. */
const CLIENT_HEADERS = [
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-encoding',
  'content-type',
  'openai-beta',
  'origin',
  'user-agent',
  'x-litellm-call-id',
  'x-litellm-num-retries',
  'x-litellm-stream-timeout',
  'x-litellm-tags',
  'x-litellm-timeout',
  'x-req-format',
] as const;

/** Query parameters whose values are kept. Any other might hold a key. */
const OPEN_QUERY: ReadonlySet<string> = new Set(['alt', 'api-version', 'beta', 'limit', 'model', 'stream']);

/** Headers with a caller's credentials, whose values are searched for, and removed, in all that is written. */
const CREDENTIAL_HEADERS = [
  'authorization',
  'x-litellm-api-key',
  'api-key',
  'x-api-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
  'proxy-authorization',
  'cookie',
] as const;

/** Written in place of a secret, or of what may be one. */
export const MASKED = '***';

/** Headers that hold no secret, whoever sets them. */
export const HARMLESS: ReadonlySet<string> = new Set(CLIENT_HEADERS);
const COOKIE = /^(?:llm_provider-)?(?:set-)?cookie2?$/u;
const verdicts = new Map<string, boolean>();
const VERDICTS_MAX = 10_000;

/** The headers of a client that are kept. */
export function keptClientHeaders(header: (name: string) => string | undefined): Headers {
  const kept: Record<string, string> = {};
  for (const name of CLIENT_HEADERS) {
    const value = header(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/**
 * The headers of a request to a provider, or of an answer, as they may be kept: values are masked under secret names and those in `set` (a
 * deployment's `extra_headers`, which may hold anything), unless the name is known to be harmless.
 */
export function keptHeaders(headers: Headers, set?: Headers): Headers {
  let kept: Record<string, string> | undefined;
  for (const name in headers) {
    if (isOpen(name) && (set === undefined || !Object.hasOwn(set, name) || HARMLESS.has(name))) continue;
    kept ??= { ...headers };
    kept[name] = MASKED;
  }
  return kept ?? headers;
}

function isOpen(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const open = !isSecretName(name) && !COOKIE.test(name);
  if (verdicts.size < VERDICTS_MAX) verdicts.set(name, open);
  return open;
}

/** A query with all values masked that may be secret. */
export function keptQuery(query: string): string {
  if (query === '') return query;
  return query
    .split('&')
    .map((member) => {
      const [name = '', value] = member.split(/=(.*)/su);
      return value === undefined || OPEN_QUERY.has(name) ? member : `${name}=${MASKED}`;
    })
    .join('&');
}

/** A URL without user, password and fragment, and with its query as in `keptQuery`. */
export function keptUrl(url: string): string {
  if (!/[?@#]/u.test(url)) return url;
  const [, scheme = '', authority = '', path = '', query] = /^([a-z]+:\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?/iu.exec(url) ?? [];
  return `${scheme}${authority.slice(authority.lastIndexOf('@') + 1)}${path}${query === undefined ? '' : `?${keptQuery(query)}`}`;
}

/** The credentials that a caller sent in headers and query, without schemes such as `Bearer`. */
export function presentedSecrets(header: (name: string) => string | undefined, query: string, keyHeaderName?: string): string[] {
  const found: string[] = [];
  for (const name of keyHeaderName === undefined ? CREDENTIAL_HEADERS : [...CREDENTIAL_HEADERS, keyHeaderName]) {
    const value = header(name);
    if (value !== undefined) found.push(value.slice(value.indexOf(' ') + 1));
  }
  for (const [name, value] of query === '' ? [] : new URLSearchParams(query)) if (!OPEN_QUERY.has(name)) found.push(value);
  return found;
}

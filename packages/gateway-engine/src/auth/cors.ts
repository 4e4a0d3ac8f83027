import type { CallAnswer, CorsRules } from '../ports/index.ts';
import type { HeaderReader } from './check-key.ts';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Answer headers that a browser's script may read beside the usual ones. Source: LiteLLM 1.106.2, constants.py. */
const EXPOSED = [
  'x-litellm-semantic-filter',
  'x-litellm-semantic-filter-tools',
  'x-litellm-adaptive-router-model',
  'x-litellm-applied-guardrails',
  'x-litellm-guardrail-scan-id',
  'x-litellm-guardrail-scan-metadata',
  'x-litellm-cache-key',
].join(', ');

/** The headers that let a browser's script read an answer; undefined for a call that no browser's script made. */
export function corsHeaders(rules: CorsRules, origin: string | undefined): Readonly<Record<string, string>> | undefined {
  if (origin === undefined) return undefined;
  return { ...allowedOrigin(rules, origin), 'access-control-expose-headers': EXPOSED };
}

/** The answer to a browser's preflight request; undefined for any other call. The path does not matter, as in the reference. */
export function answerPreflight(rules: CorsRules, method: string, header: HeaderReader): CallAnswer | undefined {
  const origin = header('origin');
  const asked = header('access-control-request-method');
  if (method !== 'OPTIONS' || origin === undefined || asked === undefined) return undefined;
  const requested = header('access-control-request-headers');
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    ...allowedOrigin(rules, origin),
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-max-age': '600',
    ...(requested !== undefined && { 'access-control-allow-headers': requested }),
  };
  const faults = [...(isAllowed(rules, origin) ? [] : ['origin']), ...(METHODS.includes(asked) ? [] : ['method'])];
  if (faults.length > 0) return { status: 400, headers, body: `Disallowed CORS ${faults.join(', ')}` };
  return { status: 200, headers, body: 'OK' };
}

function isAllowed({ origins }: CorsRules, origin: string): boolean {
  return origins.includes('*') || origins.includes(origin);
}

/** Browsers accept `*` only for calls without credentials. With credentials the origin is named, and `vary` tells caches so. */
function allowedOrigin(rules: CorsRules, origin: string): Readonly<Record<string, string>> {
  if (!isAllowed(rules, origin)) return { vary: 'Origin' };
  const credentials = rules.credentials ? { 'access-control-allow-credentials': 'true' } : {};
  if (rules.origins.includes('*') && !rules.credentials) return { 'access-control-allow-origin': '*' };
  return { 'access-control-allow-origin': origin, vary: 'Origin', ...credentials };
}

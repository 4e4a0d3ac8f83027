import { showKey } from '../billing/index.ts';
import type { Deployment, UpstreamAnswer } from '../ports/index.ts';
import { shownFallbacks, type RouteState } from '../routing/index.ts';
import { pythonNumber, REFERENCE_VERSION } from '../text/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';

/** The type of every answer that is not a stream. */
export const JSON_TYPE = 'application/json';

/** Provider headers that are shown under their own name, too, beside their `llm_provider-` copy. */
const SHOWN_AS_IS: ReadonlySet<string> = new Set([
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'retry-after',
]);

/** Provider headers that mean the same as one of OpenAI's, and are shown under that name. Source: docs.anthropic.com/en/api/rate-limits, 2026-11-23; the reference for the id. */
const COMMON_NAMES: ReadonlyMap<string, string> = new Map([
  ['x-request-id', 'request-id'],
  ['anthropic-ratelimit-requests-limit', 'x-ratelimit-limit-requests'],
  ['anthropic-ratelimit-requests-remaining', 'x-ratelimit-remaining-requests'],
  ['anthropic-ratelimit-tokens-limit', 'x-ratelimit-limit-tokens'],
  ['anthropic-ratelimit-tokens-remaining', 'x-ratelimit-remaining-tokens'],
]);

/** Headers that describe the provider's connection, or that we set ourselves: a copy would mislead. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'trailer',
  'upgrade',
  'set-cookie',
]);

/** Headers that are the same for every answer of one deployment. */
const fixed = new WeakMap<Deployment, Readonly<Record<string, string>>>();

/** Where an answer came from, as far as its headers tell. */
export interface AnswerSource {
  /** Absent: no deployment was chosen. */
  readonly deployment?: Deployment | undefined;
  /** The provider's answer; absent: there is none. */
  readonly answer?: UpstreamAnswer | undefined;
  /** How long the provider took; absent: the answer shows no durations. */
  readonly providerMs?: number | undefined;
  /** How the call got to the deployment; absent: by its first attempt. */
  readonly route?: RouteState | undefined;
  /** Whether it says what the caller's key may do and has spent; default: true. */
  readonly showsKey?: boolean;
}

/** The headers of an answer, of whatever status. The caller may add to them. */
export function answerHeaders(
  engine: EngineParts,
  open: OpenCall,
  contentType: string,
  { deployment, answer, providerMs, route, showsKey = true }: AnswerSource = {},
): Record<string, string> {
  // A literal that begins with a spread: V8 copies it whole. Object.assign makes a slow object of it (measured: four times as slow).
  const headers: Record<string, string> = {
    ...(deployment === undefined ? WITHOUT_DEPLOYMENT : fixedHeaders(deployment)),
    'content-type': contentType,
    'x-litellm-call-id': open.callId,
  };
  if (showsKey) showKey(headers, open.caller, pythonNumber);
  if (deployment !== undefined) showGroup(headers, open, deployment, route);
  if (open.raw.lane !== undefined) headers['x-stagegate-lane'] = open.raw.lane;
  if (open.raw.rule !== undefined) headers['x-stagegate-rule'] = open.raw.rule;
  if (route !== undefined) {
    headers['x-litellm-attempted-retries'] = String(route.retried);
    headers['x-litellm-attempted-fallbacks'] = shownFallbacks(route);
    if (route.retried > 0 && route.retriesMax !== undefined) headers['x-litellm-max-retries'] = String(route.retriesMax);
  }
  if (providerMs !== undefined) {
    const totalMs = engine.clock.monotonicMs() - open.startedMs;
    headers['x-litellm-response-duration-ms'] = totalMs.toFixed(3);
    headers['x-litellm-overhead-duration-ms'] = (totalMs - providerMs).toFixed(3);
  }
  if (answer !== undefined) copyProviderHeaders(headers, answer.headers);
  return headers;
}

/** Shows the group that was asked for, or fallen back to, where it is not the deployment's own: an alias, or a match of a wildcard. */
function showGroup(headers: Record<string, string>, { asked }: OpenCall, { modelGroup }: Deployment, route: RouteState | undefined): void {
  const group = route?.target.group ?? asked?.target ?? asked?.model;
  if (group !== undefined && group !== modelGroup) headers['x-litellm-model-group'] = headerSafe(group);
}

const WITHOUT_DEPLOYMENT = { 'x-litellm-version': REFERENCE_VERSION };

function fixedHeaders(deployment: Deployment): Readonly<Record<string, string>> {
  const known = fixed.get(deployment);
  if (known !== undefined) return known;
  const apiBase = deployment.apiBase ?? deployment.provider.baseUrl;
  const made: Record<string, string> = {
    'x-litellm-version': REFERENCE_VERSION,
    'x-litellm-model-id': headerSafe(deployment.id),
    'x-litellm-model-name': headerSafe(deployment.underlyingModel),
    'x-litellm-model-group': headerSafe(deployment.modelGroup),
    'x-litellm-attempted-retries': '0',
    'x-litellm-attempted-fallbacks': '0',
    // No query: people put keys there.
    ...(apiBase !== undefined && { 'x-litellm-model-api-base': headerSafe(apiBase.split('?')[0] ?? '') }),
  };
  fixed.set(deployment, made);
  return made;
}

/** The names under which a provider's header is shown. Cached: building a name costs more than setting a header. */
const shownNames = new Map<string, readonly string[]>();
const SHOWN_NAMES_MAX = 1_000;

function copyProviderHeaders(headers: Record<string, string>, given: Readonly<Record<string, string>>): void {
  for (const name in given) {
    const value = given[name];
    if (value === undefined) continue;
    for (const shown of shownNames.get(name) ?? findShownNames(name)) headers[shown] = value;
  }
  const requestId = given['request-id'] ?? given['x-request-id'];
  if (requestId !== undefined) headers['request-id'] = requestId;
}

function findShownNames(name: string): readonly string[] {
  const common = COMMON_NAMES.get(name);
  const names = [
    ...(NOT_COPIED.has(name) ? [] : [`llm_provider-${name}`]),
    ...(SHOWN_AS_IS.has(name) ? [name] : []),
    ...(common === undefined ? [] : [common, `llm_provider-${common}`]),
  ];
  if (shownNames.size < SHOWN_NAMES_MAX) shownNames.set(name, names);
  return names;
}

/** Text from a configuration may hold any character, a header may not: others become `?`. */
export function headerSafe(text: string): string {
  return text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '?');
}

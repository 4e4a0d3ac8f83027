import { showKey } from '@stagegate/gateway-engine/billing';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import { groupHeaders, shownFallbacks, type RouteState } from '@stagegate/gateway-engine/routing';
import type { App, Exchange } from './parts.ts';
import { pythonFloat } from './quirks/python-float.ts';
import { REFERENCE_VERSION } from './quirks/reference-version.ts';
import { showRateLimits } from './quirks/rate-limit-names.ts';

/** A provider's answer headers, lower-case names. */
export type ProviderHeaders = ReadonlyMap<string, string>;

const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'trailer',
  'upgrade',
  'set-cookie',
]);

/** Where an answer comes from. Each member is absent as long as it is not known. */
export interface AnswerOrigin {
  readonly deployment?: Deployment | undefined;
  readonly provider?: ProviderHeaders | undefined;
  /** How long the provider, or the cache, took. */
  readonly providerMs?: number;
}

/** The headers of a good answer: those below, what is left of the group's minute, and what the caller's key may do and has spent. */
export function answerHeaders(app: App, exchange: Exchange, contentType: string, origin: AnswerOrigin = {}): Record<string, string> {
  const left = exchange.picked === undefined ? undefined : groupHeaders(app.router, exchange.picked, app.clock.monotonicMs());
  // A provider's own limits come last.
  const headers = { ...left, ...plainHeaders(app, exchange, contentType, origin) };
  showKey(headers, exchange.caller, pythonFloat);
  return headers;
}

/** Assembled from the top: the call's own, the deployment's, the provider's. */
export function plainHeaders(
  app: App,
  exchange: Exchange,
  contentType: string,
  { deployment, provider, providerMs }: AnswerOrigin,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': contentType,
    'x-litellm-call-id': printable(exchange.callId),
    'x-litellm-version': REFERENCE_VERSION,
  };
  if (deployment !== undefined) addDeployment(headers, deployment, exchange.route?.target.group ?? exchange.asked?.model);
  if (exchange.route !== undefined) addRoute(headers, exchange.route);
  if (providerMs !== undefined) {
    const totalMs = app.clock.monotonicMs() - exchange.startedMs;
    headers['x-litellm-response-duration-ms'] = totalMs.toFixed(3);
    headers['x-litellm-overhead-duration-ms'] = (totalMs - providerMs).toFixed(3);
  }
  if (provider !== undefined) addProvider(headers, provider);
  return headers;
}

/** in: `group`, the name that was asked for, or fallen back to; undefined: none was. */
function addDeployment(headers: Record<string, string>, deployment: Deployment, group: string | undefined): void {
  headers['x-litellm-model-id'] = printable(deployment.id);
  headers['x-litellm-model-name'] = printable(deployment.underlyingModel);
  headers['x-litellm-model-group'] = printable(group ?? deployment.modelGroup);
  headers['x-litellm-attempted-retries'] = '0';
  headers['x-litellm-attempted-fallbacks'] = '0';
  const [apiBase] = (deployment.apiBase ?? deployment.provider.baseUrl ?? '').split('?');
  // Without its query: people put keys there.
  if (apiBase !== undefined && apiBase !== '') headers['x-litellm-model-api-base'] = printable(apiBase);
}

function addRoute(headers: Record<string, string>, route: RouteState): void {
  const { retried, retriesMax } = route;
  headers['x-litellm-attempted-retries'] = String(retried);
  headers['x-litellm-attempted-fallbacks'] = shownFallbacks(route);
  if (retried > 0 && retriesMax !== undefined) headers['x-litellm-max-retries'] = String(retriesMax);
}

function addProvider(headers: Record<string, string>, provider: ProviderHeaders): void {
  for (const [name, value] of provider) {
    if (!OF_ONE_CONNECTION.has(name)) headers[`llm_provider-${name}`] = value;
  }
  showRateLimits(headers, provider);
  const requestId = provider.get('request-id') ?? provider.get('x-request-id');
  if (requestId === undefined) return;
  headers['request-id'] = requestId;
  headers['llm_provider-request-id'] = requestId;
}

/** Names from a configuration may hold anything; a header may not. */
export function printable(text: string): string {
  return text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '?');
}

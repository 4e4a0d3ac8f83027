import type { AuthPlacement, ClientCall, Headers } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import { isUpstreamFailure, type RawCall, type UpstreamAnswer, type UpstreamTimeouts } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { ParsedCall } from './parse.ts';
import { tapeExchange } from '../tape-call.ts';
import type { PlannedCall } from './plan.ts';
import { providerRequest } from './provider-request.ts';

/** Headers of the client that a transform may read. Never a credential. */
const READABLE_HEADERS = ['anthropic-beta', 'anthropic-version', 'x-req-format'] as const;

const NO_HEADERS: Headers = {};

const CONNECT_MS = 10_000;

/** The client's call as core sees it. */
export function toClientCall(raw: RawCall, call: ParsedCall): ClientCall {
  let headers: Record<string, string> | undefined;
  for (const name of READABLE_HEADERS) {
    const value = raw.header(name);
    if (value !== undefined) (headers ??= {})[name] = value;
  }
  return { body: call.body, headers: headers ?? NO_HEADERS, memory: {} };
}

/** Makes the provider's request, puts the credential where core said it goes, and sends it; gives the answer once its headers are here. */
export async function send(engine: EngineParts, open: OpenCall, client: ClientCall, planned: PlannedCall): Promise<Staged<UpstreamAnswer>> {
  const { deployment, plan } = planned;
  const made = providerRequest(engine, open, client, planned);
  const request = made instanceof Promise ? await made : made;
  if (!request.ok) return request;
  const { method, url, headers, auth, body } = request.value;
  const fetched =
    auth.kind === 'aws-sigv4' || auth.kind === 'token' ? await engine.credentials.authorize(request.value, deployment) : NO_HEADERS;
  if (isUpstreamFailure(fetched)) {
    return stop({ kind: 'upstream', failure: fetched, provider: plan.provider.errorName, modelGroup: plan.modelGroup });
  }
  const sentHeaders = fetched === NO_HEADERS ? keyedHeaders(headers, auth, planned) : { ...headers, ...fetched };
  const tape = open.tape?.sent(deployment, request.value, sentHeaders);
  const answered = await engine.upstream.send(
    {
      method,
      url: auth.kind === 'query' ? withKeyInQuery(url, auth.name, deployment.apiKey) : url,
      headers: open.forwarded === undefined ? sentHeaders : { ...open.forwarded, ...sentHeaders },
      body,
      timeouts: toTimeouts(engine, open, client, planned),
    },
    open.raw.signal,
  );
  const sent = tape === undefined ? answered : tapeExchange(tape, answered);
  if (!isUpstreamFailure(sent)) return done(sent);
  return stop({ kind: 'upstream', failure: sent, provider: plan.provider.errorName, modelGroup: plan.modelGroup });
}

function keyedHeaders(headers: Headers, auth: AuthPlacement, planned: PlannedCall): Headers {
  if (planned.keyed?.from !== headers)
    planned.keyed = { from: headers, headers: withKeyInHeader(headers, auth, planned.deployment.apiKey) };
  return planned.keyed.headers;
}

/** A header that the deployment's `extra_headers` already set stays: it was put there on purpose. */
function withKeyInHeader(headers: Headers, auth: AuthPlacement, key: string | undefined): Headers {
  if (auth.kind !== 'header' || key === undefined || headers[auth.header] !== undefined) return headers;
  const value = auth.scheme === '' ? key : `${auth.scheme} ${key}`;
  return { ...headers, [auth.header]: value, ...(auth.also !== undefined && { [auth.also]: value }) };
}

function withKeyInQuery(url: string, name: string, key: string | undefined): string {
  if (key === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${encodeURIComponent(name)}=${encodeURIComponent(key)}`;
}

/**
 * As the reference: one limit for a whole answer; for a stream it bounds each silence, not the whole. The client's own wish
 * comes before the deployment's.
 */
export function toTimeouts(
  { config }: EngineParts,
  { raw, caller }: OpenCall,
  { body }: ClientCall,
  { deployment, plan }: PlannedCall,
): UpstreamTimeouts {
  const { timeout, stream_timeout: streamTimeout } = body.value;
  const wished = raw.header('x-litellm-timeout') ?? timeout ?? caller?.routing?.settings['timeout'];
  const whole = toSeconds(wished) ?? deployment.timeoutSeconds ?? config.requestTimeoutSeconds;
  const silence = toSeconds(raw.header('x-litellm-stream-timeout') ?? streamTimeout) ?? deployment.streamTimeoutSeconds ?? whole;
  const ms = (plan.stream ? silence : whole) * 1000;
  return {
    connectMs: Math.min(CONNECT_MS, ms),
    headersMs: ms,
    idleMs: ms,
    totalMs: plan.stream ? config.requestTimeoutSeconds * 1000 : ms,
  };
}

function toSeconds(wish: unknown): number | undefined {
  const seconds = typeof wish === 'string' ? Number(wish) : wish;
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

import type { AuthPlacement, Headers, Plan, ProviderRequest } from '@stagegate/core-transforms';
import { findUnsafe } from '@stagegate/gateway-engine/limits';
import { isUpstreamFailure, type AttemptTape, type Deployment, type UpstreamFailure } from '@stagegate/gateway-engine/ports';
import type { ProviderHeaders } from './answer-headers.ts';
import { timersOf, type CallTimers } from './call-timers.ts';
import { toFailure } from './exchange-failure.ts';
import { goneSignal, type App, type Exchange } from './parts.ts';
import type { TimeoutWishes } from './quirks/timeouts-by-header-or-body.ts';
import { Refusal } from './refusal.ts';

/** Bytes of a provider's whole answer, at most, and of an error, which is only quoted. */
export const ANSWER_BYTES_MAX: number = 64 * 1_048_576;
export const ERROR_BYTES_MAX: number = 1_048_576;

/** A provider's answer whose head has arrived. */
export interface ProviderReply {
  readonly status: number;
  readonly headers: ProviderHeaders;
  /** The next piece of the body; undefined after a clean end. A broken connection or a passed limit is given, not thrown. */
  readonly read: () => Promise<Uint8Array | undefined | UpstreamFailure>;
  /** Lets go of the connection and the timers; harmless after the end. */
  readonly end: () => void;
}

/** Sends the request with the deployment's key, and waits for the head of the answer. Redirects are not followed: they would carry the key. */
export async function askProvider(
  app: App,
  exchange: Exchange,
  { deployment, plan }: { readonly deployment: Deployment; readonly plan: Plan },
  request: ProviderRequest,
  wishes: TimeoutWishes,
): Promise<ProviderReply> {
  const url = withKeyInQuery(request.url, request.auth, deployment.apiKey);
  const keyed = await withCredential(app, request, deployment);
  const tape = exchange.tape?.sent(deployment, request, keyed);
  const headers = { ...exchange.forwarded, 'accept-encoding': 'identity', ...keyed };
  const unsafe = findUnsafe({ url, headers });
  if (unsafe !== undefined) throw refusedByFailure({ kind: 'connect', message: `not sent: ${unsafe}` }, deployment);
  const timers = timersOf(app.config, deployment, plan.stream, wishes, goneSignal(exchange));
  const body = typeof request.body === 'string' ? request.body : new Uint8Array(request.body);
  const init = body.length === 0 ? {} : { body };
  try {
    const response = await app.fetch(url, { method: request.method, headers, redirect: 'manual', signal: timers.signal, ...init });
    timers.heard();
    tape?.answered(response.status, Object.fromEntries(response.headers));
    return openReply(response, timers, tape);
  } catch (thrown) {
    timers.end();
    const failure = toFailure(thrown, 'head');
    tape?.failed(failure);
    throw refusedByFailure(failure, deployment);
  }
}

function openReply(response: Response, timers: CallTimers, tape: AttemptTape | undefined): ProviderReply {
  const reader = response.body?.getReader();
  const read = async (): Promise<Uint8Array | undefined | UpstreamFailure> => {
    if (reader === undefined) return undefined;
    timers.listen();
    try {
      const { done, value } = await reader.read();
      timers.heard();
      if (value !== undefined) tape?.received(value);
      return done ? undefined : value;
    } catch (thrown) {
      const failure = toFailure(thrown, 'body');
      tape?.failed(failure);
      return failure;
    }
  };
  const end = (): void => {
    timers.end();
    reader?.cancel().catch(() => undefined);
  };
  return { status: response.status, headers: new Map(response.headers), read, end };
}

/** Buffers a whole body as text. */
export async function readText(reply: ProviderReply, bytesMax: number, deployment: Deployment): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const piece = await reply.read();
    if (piece === undefined) return text + decoder.decode();
    if (!(piece instanceof Uint8Array)) throw refusedByFailure(piece, deployment, reply.headers);
    size += piece.byteLength;
    if (size > bytesMax) throw refusedByFailure({ kind: 'too-large', message: `more than ${bytesMax} bytes` }, deployment, reply.headers);
    text += decoder.decode(piece, { stream: true });
  }
}

/** The refusal that a broken exchange becomes. */
function refusedByFailure(failure: UpstreamFailure, deployment: Deployment, headers?: ProviderHeaders): Refusal {
  const { provider, modelGroup } = deployment;
  return new Refusal({ kind: 'upstream', failure, provider: provider.errorName, modelGroup }, deployment, headers);
}

/** The request's headers with the credential: the deployment's key where the placement puts it, or what a signer or token source made. */
async function withCredential(app: App, request: ProviderRequest, deployment: Deployment): Promise<Headers> {
  const { auth, headers } = request;
  if (auth.kind !== 'aws-sigv4' && auth.kind !== 'token') return withKeyInHeader(headers, auth, deployment.apiKey);
  const made = await app.credentials.authorize(request, deployment);
  if (isUpstreamFailure(made)) throw refusedByFailure(made, deployment);
  return { ...headers, ...made };
}

/** A header that the deployment's `extra_headers` has set stays: it was put there on purpose. */
function withKeyInHeader(headers: Headers, auth: AuthPlacement, key: string | undefined): Headers {
  if (auth.kind !== 'header' || key === undefined || headers[auth.header] !== undefined) return headers;
  const value = auth.scheme === '' ? key : `${auth.scheme} ${key}`;
  return { ...headers, [auth.header]: value, ...(auth.also !== undefined && { [auth.also]: value }) };
}

function withKeyInQuery(url: string, auth: AuthPlacement, key: string | undefined): string {
  if (auth.kind !== 'query' || key === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${encodeURIComponent(auth.name)}=${encodeURIComponent(key)}`;
}

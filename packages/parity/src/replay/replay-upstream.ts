import { isUpstreamFailure, type Upstream, type UpstreamAnswer, type UpstreamFailure } from '@stagegate/gateway-engine/ports';
import type { SentRequest } from '../compare/call-facts.ts';
import type { Reply } from './replay-call.ts';
import { sentPath, toBodyText } from './sent-request.ts';

const NO_MORE: UpstreamFailure = { kind: 'connect', message: 'nothing more was recorded' };

/** What HTTP clients say for themselves. */
const OF_THE_CLIENT: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'host',
  'user-agent',
]);

/** A provider that answers with what was recorded, in order, and keeps what it was sent. */
export class ReplayUpstream {
  #replies: readonly (Reply | UpstreamFailure)[] = [];
  #sent: (SentRequest | Promise<SentRequest>)[] = [];

  readonly upstream: Upstream = {
    send: async ({ method, url, headers, body }) => {
      const reply = this.#next(method, url, headers, body);
      return isUpstreamFailure(reply) ? reply : toUpstreamAnswer(reply);
    },
    close: async () => undefined,
  };

  /** The same, for who does their own I/O. */
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = typeof init.body === 'string' || init.body instanceof Uint8Array ? init.body : '';
    const reply = this.#next(init.method ?? 'GET', String(input), headers, body);
    if (isUpstreamFailure(reply)) throw toFetchError(reply);
    return toResponse(reply);
  };

  /** Takes up a call and forgets the one before. */
  load(replies: readonly (Reply | UpstreamFailure)[]): void {
    this.#replies = replies;
    this.#sent = [];
  }

  /** What was sent since, in order. */
  sent(): Promise<readonly SentRequest[]> {
    return Promise.all(this.#sent);
  }

  #next(method: string, url: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Reply | UpstreamFailure {
    const kept: Record<string, string> = {};
    for (const name in headers) if (!OF_THE_CLIENT.has(name)) kept[name] = headers[name] ?? '';
    const text = toBodyText(method === 'GET' ? '' : body, headers['content-type']);
    const sent = { method, path: sentPath(url), headers: kept };
    this.#sent.push(typeof text === 'string' ? { ...sent, body: text } : text.then((read) => ({ ...sent, body: read })));
    return this.#replies[this.#sent.length - 1] ?? NO_MORE;
  }
}

function toUpstreamAnswer({ status, headers, pieces, failure }: Reply): UpstreamAnswer {
  return {
    status,
    headers,
    readAll: async () => failure ?? (pieces.length === 1 ? (pieces[0] ?? new Uint8Array()) : Buffer.concat(pieces)),
    forEachChunk: async (consume) => {
      for (const piece of pieces) {
        const taken = consume(piece);
        if (taken === undefined) continue;
        if ((await taken) === 'stop') return { kind: 'aborted', message: 'the consumer stopped' };
      }
      return failure;
    },
  };
}

function toResponse({ status, headers, pieces, failure }: Reply): Response {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (failure === undefined) controller.close();
      else controller.error(toFetchError(failure));
    },
  });
  const hasBody = status !== 204 && status !== 304;
  return new Response(hasBody ? body : null, { status, headers });
}

/** Codes that Node's fetch hides in `cause`. */
const FETCH_CODES: Readonly<Record<UpstreamFailure['kind'], string>> = {
  connect: 'ECONNREFUSED',
  credentials: 'ECONNREFUSED',
  aborted: 'ECONNRESET',
  reset: 'ECONNRESET',
  'connect-timeout': 'UND_ERR_CONNECT_TIMEOUT',
  'headers-timeout': 'UND_ERR_HEADERS_TIMEOUT',
  'idle-timeout': 'UND_ERR_BODY_TIMEOUT',
  'total-timeout': 'UND_ERR_BODY_TIMEOUT',
  'too-large': 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
};

/** As Node's fetch words it, with what undici puts beneath. */
function toFetchError({ kind, message }: UpstreamFailure): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code: FETCH_CODES[kind] }) });
}

import { Client, Pool, type Dispatcher } from 'undici';
import { Deadlines, findUnsafe } from '../limits/index.ts';
import type { CallerWatch, Upstream, UpstreamAnswer, UpstreamFailure, UpstreamRequest } from '../ports/index.ts';
import { decodeContent } from './decode-content.ts';
import { Exchange, type Carrier, type Head } from './exchange.ts';

/** Where a URL leads, parsed once and cached. */
interface Target {
  readonly pool: Pool;
  readonly path: string;
  /** The last headers that were sent there. The very same object need not be checked again. */
  readonly checked: UpstreamRequest['headers'][];
}

/** How often a request that met a connection which was just closed is sent again, each time on another one. */
const STALE_RETRIES_MAX = 3;
const TARGETS_MAX = 4_096;
const CHECKED_MAX = 16;
/** Idle connections are kept this long unless the other side says otherwise. */
const KEEP_ALIVE_MS = 15_000;
/** Our own phase timers end earlier; this one frees the connection attempt itself. */
const CONNECT_MS = 10_000;

/**
 * The door to providers, on undici: one pool per origin, any number of connections, one request at a time on each. It follows no redirect,
 * speaks HTTP/1.1 (so that a slow reader pauses its own socket and no other), and refuses requests that could be read in two ways before
 * anything of them is sent.
 */
export function createUpstream(): Upstream {
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target>();
  const deadlines = new Deadlines();
  const targetOf = (url: string): Target => {
    const { origin, pathname, search } = new URL(url);
    const pool = pools.get(origin) ?? createPool(origin);
    pools.set(origin, pool);
    const target: Target = { pool, path: pathname + search, checked: [] };
    if (targets.size < TARGETS_MAX) targets.set(url, target);
    return target;
  };
  return {
    send: (request, signal) => {
      const known = targets.get(request.url);
      const isChecked = known?.checked.includes(request.headers) === true;
      const unsafe = isChecked ? undefined : findUnsafe(request);
      if (unsafe !== undefined) return Promise.resolve<UpstreamFailure>({ kind: 'connect', message: `not sent: ${unsafe}` });
      if (signal.aborted) return Promise.resolve<UpstreamFailure>({ kind: 'aborted', message: 'the caller went away' });
      const target = known ?? targetOf(request.url);
      if (!isChecked && target.checked.push(request.headers) > CHECKED_MAX) target.checked.shift();
      return exchange(target, request, signal, deadlines);
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function exchange(
  { pool, path }: Target,
  request: UpstreamRequest,
  signal: CallerWatch,
  deadlines: Deadlines,
): Promise<UpstreamAnswer | UpstreamFailure> {
  const { method, headers, body, timeouts } = request;
  return new Promise((resolve) => {
    let tries = 0;
    const settle = (head: Head): void => {
      if (head !== 'stale') return resolve('status' in head ? decodeContent(head) : head);
      tries += 1;
      if (tries > STALE_RETRIES_MAX) return resolve({ kind: 'reset', message: 'every connection at hand was closed by the other side' });
      send();
    };
    const send = (): void => {
      const handler = new Exchange(deadlines, timeouts, signal, settle);
      try {
        pool.dispatch({ method, path, headers, body: body.length === 0 ? null : body }, handler);
      } catch (error) {
        handler.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
      }
    };
    send();
  });
}

function createPool(origin: string): Pool {
  return new Pool(origin, {
    connections: null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_MS },
    factory: (base, options) => new CountingClient(base, options),
  });
}

/** A connection that tells each request how many answers it has carried: only a used one can have gone stale unnoticed. */
class CountingClient extends Client implements Carrier {
  answered = 0;

  constructor(origin: URL, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => {
      this.answered = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.carriedBy(this);
    return super.dispatch(options, handler);
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import type { CallTape, FromFront, Handler, NodeListener, Prescan } from '../ports/index.ts';
import type { OutgoingCall, RelaySink } from './relay-ends.ts';
import { endToEndHeaders, gatewayErrorBody } from './relay-headers.ts';
import { tapeBody, tapeSink } from './tape-relay.ts';

/** Where to relay to, and how long to wait. Milliseconds; 0 means no limit. */
export interface RelayOptions {
  /** Base URL of the other gateway, put in front of the call's path. No trailing slash. */
  readonly baseUrl: string;
  readonly connectMs?: number;
  /** From the request to the head of the answer. The reference itself waits 6,000 s for a provider. */
  readonly headersMs?: number;
  /** Between two reads of the answer. */
  readonly idleMs?: number;
  /** Gives a tape for a call that is to be recorded. Absent: none is. */
  readonly tapeOf?: ((call: OutgoingCall) => CallTape | undefined) | undefined;
}

export interface Relay {
  readonly handler: Handler;
  readonly listener: NodeListener;
  readonly close: () => Promise<void>;
}

const CONNECT_MS = 10_000;
const PATIENCE_MS = 6_000_000;

/** Not copied: the other gateway may be one of ours, but which lane served this call is for this one to say. */
const OWN_HEADERS = ['x-stagegate-lane', 'x-stagegate-rule', 'x-stagegate-declined'];
/** Undici writes its own host. `expect` has been answered by node:http already. */
const NOT_SENT = ['host', 'expect'];

/**
 * Relays calls to another gateway, changing as little as possible: status, reason, headers (except hop-by-hop ones), content encoding and
 * Authorization are passed on unchanged, and each piece of the answer is written at once.
 *
 * errors: 502 when the other gateway cannot be reached or breaks off before its headers.
 */
export function createRelay(options: RelayOptions): Relay {
  const base = new URL(options.baseUrl);
  const pathPrefix = base.pathname === '/' ? '' : base.pathname.replace(/\/$/u, '');
  const pool = new Pool(base.origin, {
    connections: null,
    pipelining: 1,
    headersTimeout: options.headersMs ?? PATIENCE_MS,
    bodyTimeout: options.idleMs ?? PATIENCE_MS,
    connect: { timeout: options.connectMs ?? CONNECT_MS },
  });
  const send = (call: OutgoingCall, client: RelaySink): Cancel => {
    const tape = options.tapeOf?.(call);
    const sink = tape === undefined ? client : tapeSink(client, tape);
    const exchange = new Exchange(sink);
    const { method, target, headers } = call;
    const body = tape === undefined ? call.body : tapeBody(call.body, tape);
    try {
      pool.dispatch({ method, path: pathPrefix + target, headers, body }, exchange);
    } catch (error) {
      sink.fail(error instanceof Error ? error : new Error(String(error)));
    }
    return (reason) => exchange.cancel(reason);
  };
  return {
    listener: (incoming, outgoing, front) => relayToNode(send, incoming, outgoing, front),
    handler: (request) => relayToWeb(send, request),
    close: () => pool.destroy(),
  };
}

type Cancel = (reason: Error) => void;
type Send = (call: OutgoingCall, sink: RelaySink) => Cancel;

/** One exchange of undici's, written into a sink. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #sink: RelaySink;
  #controller: Dispatcher.DispatchController | undefined;
  #cancelled: Error | undefined;

  constructor(sink: RelaySink) {
    this.#sink = sink;
  }

  cancel(reason: Error): void {
    this.#cancelled = reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelled !== undefined) controller.abort(this.#cancelled);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, statusText?: string): void {
    if (status < 200) return;
    this.#sink.start(status, statusText ?? '', endToEndHeaders(controller.rawHeaders, OWN_HEADERS));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // Undici flushes its parser with an empty chunk after each pause. Pausing for that one, too, would never end.
    if (chunk.length === 0) return;
    if (!this.#sink.write(chunk, () => controller.resume())) controller.pause();
  }

  onResponseEnd(): void {
    this.#sink.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#sink.fail(error);
  }
}

function relayToNode(send: Send, incoming: IncomingMessage, outgoing: ServerResponse, front: FromFront | undefined): void {
  const call = {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers: endToEndHeaders(incoming.rawHeaders, NOT_SENT),
    body: bodyOf(incoming, front?.prescan),
    rule: front?.rule,
  };
  let begun = false;
  const cancel = send(call, {
    start: (status, statusText, headers) => {
      if (front !== undefined) headers.push('x-stagegate-lane', 'reference', 'x-stagegate-rule', front.rule);
      outgoing.writeHead(status, statusText, headers);
      // The body's first bytes usually came with the headers: wait for them one tick, so that both are written together.
      process.nextTick(() => {
        if (!begun) outgoing.flushHeaders();
      });
    },
    write: (chunk, resume) => {
      begun = true;
      const roomy = outgoing.write(chunk);
      if (!roomy) outgoing.once('drain', resume);
      return roomy;
    },
    end: () => {
      begun = true;
      outgoing.end();
    },
    fail: (error) => {
      if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy();
      const body = gatewayErrorBody(error);
      const served = front === undefined ? {} : { 'x-stagegate-lane': 'reference', 'x-stagegate-rule': front.rule };
      outgoing.writeHead(502, { ...served, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      outgoing.end(body);
    },
  });
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) cancel(new Error('the client went away'));
  });
}

/** The bytes that the front has read and then the rest; without a front, the socket's own stream. */
function bodyOf(incoming: IncomingMessage, prescan: Prescan | undefined): Uint8Array | Readable | null {
  const hasBody = incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined;
  if (!hasBody) return null;
  if (prescan === undefined) return incoming;
  return incoming.readableEnded ? prescan.bytes : Readable.from(rest(prescan.bytes, incoming), { objectMode: false });
}

async function* rest(first: Uint8Array, incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  yield first;
  yield* incoming;
}

function relayToWeb(send: Send, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const flat = [...request.headers].flat();
  const call = {
    method: request.method,
    target: url.pathname + url.search,
    headers: endToEndHeaders(flat, NOT_SENT),
    body: request.body === null ? null : Readable.fromWeb(request.body),
    rule: undefined,
  };
  return new Promise((resolve) => {
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    let waiting: (() => void) | undefined;
    const cancel = send(call, {
      start: (status, statusText, headers) => {
        const bodyless = status === 204 || status === 205 || status === 304 || request.method === 'HEAD';
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => void (body = controller),
          pull: () => waiting?.(),
          cancel: () => cancel(new Error('the client went away')),
        });
        resolve(new Response(bodyless ? null : stream, { status, statusText, headers: pairs(headers) }));
      },
      write: (chunk, resume) => {
        waiting = resume;
        body?.enqueue(chunk);
        return (body?.desiredSize ?? 1) > 0;
      },
      end: () => body?.close(),
      fail: (error) => {
        if (body !== undefined) return body.error(error);
        resolve(new Response(gatewayErrorBody(error), { status: 502, headers: { 'content-type': 'application/json' } }));
      },
    });
    request.signal.addEventListener('abort', () => cancel(new Error('the client went away')), { once: true });
  });
}

function pairs(flat: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) out.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return out;
}

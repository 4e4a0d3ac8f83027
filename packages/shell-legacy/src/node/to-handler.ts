import { once } from 'node:events';
import { Agent, createServer, request as sendRequest, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import { duplexPair, finished, type Duplex } from 'node:stream';
import type { Handler, NodeListener } from '@stagegate/gateway-engine/ports';

/** Headers about one connection, which a web Response does not have. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * A listener as a Handler: Node's own HTTP server and client, joined by a pair of streams instead of a socket. The listener sees what it
 * would see on a socket, including back-pressure and a client that goes away.
 */
export function toHandler(listener: NodeListener): Handler {
  const agent = new PairAgent(createServer((incoming, outgoing) => listener(incoming, outgoing)));
  return async (request) => {
    const { pathname, search, host } = new URL(request.url);
    const call = sendRequest({
      agent,
      method: request.method,
      path: pathname + search,
      headers: { host, ...Object.fromEntries(request.headers) },
      signal: request.signal,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      call.on('response', resolve).on('error', reject);
    });
    if (request.body === null) call.end();
    else void writeBody(request.body, call);
    return toResponse(await answered, request.method);
  };
}

/**
 * Joins each connection to a server by a pair of streams, and reuses it: making one costs more than a call over it (measured: half of a
 * replay).
 */
class PairAgent extends Agent {
  readonly #server: Server;

  constructor(server: Server) {
    super({ keepAlive: true });
    this.#server = server;
  }

  override createConnection(): Duplex {
    const [near, far] = duplexPair();
    near.once('close', () => far.destroy());
    far.once('close', () => {
      if (!far.writableEnded) near.destroy();
    });
    this.#server.emit('connection', far);
    return near;
  }

  /** These connections never time out. */
  override keepSocketAlive(): boolean {
    return true;
  }

  /** Node 26 adds two error listeners per request and removes one: without this a connection would gather them. */
  override reuseSocket(connection: Duplex): void {
    connection.removeAllListeners('error');
  }
}

async function writeBody(body: ReadableStream<Uint8Array>, call: ClientRequest): Promise<void> {
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); read.value !== undefined; read = await reader.read()) {
      if (!call.write(read.value)) await once(call, 'drain');
    }
    call.end();
  } catch {
    call.destroy();
  }
}

function toResponse(incoming: IncomingMessage, method: string): Response {
  const { statusCode: status = 500, statusMessage: statusText = '', rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.append(name, rawHeaders[at + 1] ?? '');
  }
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  if (!hasBody) incoming.resume();
  return new Response(hasBody ? toWebStream(incoming) : null, { status, statusText, headers });
}

function toWebStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      incoming.on('data', (piece: Buffer) => {
        controller.enqueue(piece);
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      finished(incoming, (error) => (error ? controller.error(error) : controller.close()));
    },
    pull: () => void incoming.resume(),
    cancel: () => void incoming.destroy(),
  });
}

import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { duplexPair, Readable } from 'node:stream';
import type { Handler, NodeListener } from '@stagegate/gateway-engine/ports';

/** Of one connection; a web Response has none. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * A listener as a Handler: Node's own HTTP server and client, joined by a pair of streams in place of a socket. What the
 * listener sees, back-pressure and a client that goes away included, is what it sees on a socket.
 */
export function toHandler(listener: NodeListener): Handler {
  const server = createServer((incoming, outgoing) => listener(incoming, outgoing));
  return async (request) => {
    const [near, far] = duplexPair();
    near.once('close', () => far.destroy());
    far.once('close', () => {
      if (!far.writableEnded) near.destroy();
    });
    server.emit('connection', far);
    const { pathname, search, host } = new URL(request.url);
    const call = sendRequest({
      createConnection: () => near,
      method: request.method,
      path: pathname + search,
      headers: { host, ...Object.fromEntries(request.headers), connection: 'close' },
      signal: request.signal,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      call.on('response', resolve).on('error', reject);
    });
    if (request.body === null) call.end();
    else
      Readable.fromWeb(request.body)
        .on('error', () => call.destroy())
        .pipe(call);
    return toResponse(await answered, request.method);
  };
}

function toResponse(incoming: IncomingMessage, method: string): Response {
  const { statusCode: status = 500, statusMessage: statusText = '', rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.append(name, rawHeaders[at + 1] ?? '');
  }
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  return new Response(hasBody ? toWebStream(incoming) : null, { status, statusText, headers });
}

function toWebStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = incoming.iterator();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void incoming.destroy(),
  });
}

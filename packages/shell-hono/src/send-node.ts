import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { STALL_MS } from '@stagegate/gateway-engine/limits';
import type { CallAnswer, FromFront, TextSink } from '@stagegate/gateway-engine/ports';
import type { NodeCall } from './node-call.ts';

/** Tells Hono's server to write nothing. */
export const ALREADY_SENT: Response = RESPONSE_ALREADY_SENT;

/** Writes an answer to Node's own response, unless the front takes back a declined call. */
export function sendNode(answer: CallAnswer, call: NodeCall, outgoing: ServerResponse, front: FromFront | undefined): void {
  if (answer.declined !== undefined && front?.handOver(answer.declined, call.bytes) === true) return;
  if (outgoing.destroyed) return;
  const { status, headers, body } = answer;
  // No other call can follow on a connection with an unread body.
  if (!outgoing.req.complete) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, headers);
  if (typeof body === 'string') {
    // As many bytes as characters: the text is ASCII, which Node writes faster when told (measured: 4 % of the CPU of client and server
    // together).
    if (headers['content-length'] === String(body.length)) outgoing.end(body, 'latin1');
    else outgoing.end(body);
    return;
  }
  if (body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  body.pump(new NodeSink(outgoing)).then(
    () => outgoing.end(),
    (bug: Error) => outgoing.destroy(bug),
  );
}

/** Writes pieces as they come. When Node's buffer is full, the provider waits. */
class NodeSink implements TextSink {
  readonly #outgoing: ServerResponse;

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing;
  }

  write(text: string): void | Promise<void> {
    const outgoing = this.#outgoing;
    if (outgoing.destroyed || outgoing.write(text)) return undefined;
    return drained(outgoing);
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), STALL_MS);
    const settle = (): void => {
      clearTimeout(timer);
      outgoing.off('drain', settle).off('close', settle);
      resolve();
    };
    outgoing.on('drain', settle).on('close', settle);
  });
}

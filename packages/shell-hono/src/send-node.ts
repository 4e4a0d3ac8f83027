import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { STALL_MS } from '@stagegate/gateway-engine/limits';
import type { CallAnswer, FromFront, TextSink } from '@stagegate/gateway-engine/ports';
import type { NodeCall } from './node-call.ts';

/** What tells Hono's server to write nothing. */
export const ALREADY_SENT: Response = RESPONSE_ALREADY_SENT;

/** Writes an answer to Node's own response, unless front takes a declined call back. */
export function sendNode(answer: CallAnswer, call: NodeCall, outgoing: ServerResponse, front: FromFront | undefined): void {
  if (answer.declined !== undefined && front?.handOver(answer.declined, call.bytes) === true) return;
  if (outgoing.destroyed) return;
  const { status, headers, body } = answer;
  // A body that was not read to its end cannot be followed by another call on the same connection.
  if (!outgoing.req.complete) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, headers);
  if (typeof body === 'string') {
    // As many bytes as characters: all of them are ASCII, and Node writes those faster where it is told so (measured: 4 % of the CPU of client and server together).
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

/** Pieces of a stream go out as they come; what Node cannot take yet makes the provider wait. */
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

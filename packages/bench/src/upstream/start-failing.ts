import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatAnswer } from './payloads.ts';

/** A provider that can be taken down and brought back, and counts what it is asked. */
export interface FailingUpstream {
  readonly port: number;
  /** Calls since the last reset. */
  readonly asked: () => number;
  readonly reset: () => void;
  /** Down: every call is answered with 503. */
  readonly setDown: (down: boolean) => void;
  readonly close: () => void;
}

/** Starts one, in order, on a free port of the loopback. */
export async function startFailing(): Promise<FailingUpstream> {
  const answer = chatAnswer();
  let asked = 0;
  let isDown = false;
  const server = createServer((incoming, outgoing) => {
    asked += 1;
    incoming.resume();
    incoming.on('end', () => {
      outgoing.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
      outgoing.end(isDown ? '{"error":{"message":"down"}}' : answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked: () => asked,
    reset: () => {
      asked = 0;
    },
    setDown: (down) => {
      isDown = down;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

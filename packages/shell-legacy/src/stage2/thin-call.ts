import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Prescan, RawCall } from '@stagegate/gateway-engine/ports';
import { readBody } from '../node/read-body.ts';
import { watchClient } from '../node/watch-client.ts';

/** A call on Node's objects, as the engine reads it. A class, not closures: one is made per call, and its methods are shared. */
export class ThinCall implements RawCall {
  readonly lane = 'legacy-thin';
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly prescan: Prescan | undefined;
  /** The whole body, once it was read: for whoever takes a declined call over. */
  bytes: Uint8Array | undefined;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #signal: AbortSignal | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, prescan: Prescan | undefined) {
    const target = incoming.url ?? '/';
    const mark = target.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    this.prescan = prescan;
    this.bytes = prescan?.bytes;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** Made when it is first asked for: most failures never do. */
  get signal(): AbortSignal {
    this.#signal ??= watchClient(this.#outgoing);
    return this.#signal;
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.#incoming.headers);
  }

  async readBody(bytesMax: number): Promise<Uint8Array | undefined> {
    this.bytes = await readBody(this.#incoming, bytesMax);
    return this.bytes;
  }
}

import { EventEmitter } from 'node:events';
import { FASTEST_HEADER } from '@stagegate/gateway-engine/routing';
import type { ClientEnd } from '../node/client-end.ts';
import type { Exchange } from './parts.ts';
import { tapeHead } from './reply.ts';

/**
 * Where one answer of several is written. Gathered, until the branch is the one that is chosen: then its head and all that
 * follows goes to the client, and to the call's tape.
 */
export class BranchEnd extends EventEmitter implements ClientEnd {
  readonly req: ClientEnd['req'] = { complete: true };
  destroyed = false;
  headersSent = false;
  status = 0;
  body = '';
  headers: Record<string, string> = {};
  #ended = false;
  #chosen = false;
  readonly #call: Exchange;
  readonly #isChosen: (end: BranchEnd) => boolean;

  /** in: `isChosen` is asked once, when the head of the answer is known. */
  constructor(call: Exchange, isChosen: (end: BranchEnd) => boolean) {
    super();
    this.#call = call;
    this.#isChosen = isChosen;
  }

  get writableFinished(): boolean {
    return this.#chosen ? this.#call.outgoing.writableFinished : this.#ended;
  }

  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  removeHeader(name: string): void {
    delete this.headers[name];
  }

  getHeaders(): Readonly<Record<string, string>> {
    return this.headers;
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.headersSent = true;
    this.status = status;
    Object.assign(this.headers, headers);
    this.#chosen = this.#isChosen(this);
    if (!this.#chosen) return;
    const { outgoing } = this.#call;
    outgoing.on('drain', () => this.emit('drain'));
    this.headers[FASTEST_HEADER] = 'True';
    tapeHead(this.#call, status, this.headers);
    outgoing.writeHead(status, this.headers);
  }

  write(text: string): boolean {
    if (!this.#chosen) {
      this.body += text;
      return true;
    }
    this.#call.tape?.wrote(text);
    return this.#call.outgoing.write(text);
  }

  end(body?: string | Uint8Array): void {
    if (body !== undefined) this.write(body.toString());
    this.#ended = true;
    if (!this.#chosen) return;
    this.#call.tape?.ended();
    this.#call.outgoing.end();
  }

  destroy(): void {
    this.destroyed = true;
    if (this.#chosen) this.#call.outgoing.destroy();
    this.emit('close');
  }
}

import type { LaneId, RawCall } from '@stagegate/gateway-engine/ports';

/** A call that came as a web Request, from tests, replay or parity. */
export class WebCall implements RawCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly prescan: undefined;
  readonly lane: LaneId;
  readonly signal: AbortSignal;
  readonly #request: Request;

  constructor(request: Request, lane: LaneId) {
    const { pathname, search } = new URL(request.url);
    this.method = request.method;
    this.path = pathname;
    this.query = search.slice(1);
    this.lane = lane;
    this.signal = request.signal;
    this.#request = request;
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  headerNames(): readonly string[] {
    return [...this.#request.headers.keys()];
  }

  async readBody(bytesMax: number): Promise<Uint8Array | undefined> {
    const { body } = this.#request;
    if (body === null) return new Uint8Array(0);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const reader = body.getReader();
    for (let read = await reader.read(); read.value !== undefined; read = await reader.read()) {
      chunks.push(read.value);
      size += read.value.byteLength;
      if (size <= bytesMax) continue;
      await reader.cancel();
      return undefined;
    }
    return Buffer.concat(chunks, size);
  }
}

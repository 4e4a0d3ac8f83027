import { connect, type Socket } from 'node:net';

/** One measured cell: the same request over and over, on connections that are kept. */
export interface LoadJob {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  /** Beside those that all calls have. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
  /** The run ends here even when not all requests are through. */
  readonly secondsMax: number;
  /** What a whole answer must contain near its end. */
  readonly endMark: string;
}

/** Milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface LoadResult {
  readonly completed: number;
  readonly errors: number;
  readonly seconds: number;
  readonly latency: Quantiles;
  /** Until the first byte of the body. */
  readonly firstByte: Quantiles;
}

const SEPARATOR = Buffer.from('\r\n\r\n');
const CHUNKED_END = '0\r\n\r\n';
const TAIL_BYTES = 64;

/** Drives one cell and gives its figures. Bounded in count and in time. */
export function drive(job: LoadJob): Promise<LoadResult> {
  return new Promise((resolve) => {
    const load = new Load(job, resolve);
    load.start();
  });
}

class Load {
  readonly #job: LoadJob;
  readonly #resolve: (result: LoadResult) => void;
  readonly #request: Buffer;
  readonly #latencies: number[] = [];
  readonly #firstBytes: number[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #errors = 0;
  #running = 0;

  constructor(job: LoadJob, resolve: (result: LoadResult) => void) {
    this.#job = job;
    this.#resolve = resolve;
    const more = Object.entries(job.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST ${job.path} HTTP/1.1\r\nhost: 127.0.0.1:${job.port}\r\nauthorization: ${job.authorization}\r\n${more.join('')}`;
    this.#request = Buffer.from(
      `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(job.body)}\r\n\r\n${job.body}`,
    );
    this.#timer = setTimeout(() => this.#stop(), job.secondsMax * 1000);
  }

  start(): void {
    for (let count = 0; count < this.#job.connections; count += 1) this.#open();
  }

  #open(): void {
    const socket = connect({ port: this.#job.port, host: '127.0.0.1', noDelay: true });
    this.#sockets.add(socket);
    this.#running += 1;
    const answer = new Answer(this.#job.endMark);
    let sentMs = 0;
    const next = (): void => {
      if (this.#sent >= this.#job.requests) return void socket.end();
      this.#sent += 1;
      answer.begin();
      sentMs = performance.now();
      socket.write(this.#request);
    };
    socket.on('connect', next);
    socket.on('data', (chunk: Buffer) => {
      if (!answer.take(chunk)) return;
      this.#latencies.push(performance.now() - sentMs);
      this.#firstBytes.push(answer.firstByteMs - sentMs);
      if (!answer.good) this.#errors += 1;
      next();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (answer.open || this.#sent < this.#job.requests) this.#errors += 1;
      this.#sockets.delete(socket);
      this.#running -= 1;
      if (this.#running === 0) this.#finish();
    });
  }

  /** Time is up: what is under way is left out of the figures. */
  #stop(): void {
    this.#sent = Infinity;
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      socket.removeAllListeners('close');
      socket.destroy();
    }
    this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const [latency, firstByte] = [quantiles(this.#latencies), quantiles(this.#firstBytes)];
    this.#resolve({ completed: this.#latencies.length, errors: this.#errors, seconds, latency, firstByte });
  }
}

/** One answer, read by hand: its head, then a counted or a chunked body. */
class Answer {
  open = false;
  good = false;
  firstByteMs = 0;
  readonly #endMark: string;
  #head: Buffer | undefined;
  #missingBytes = 0;
  #chunked = false;
  #tail = '';

  constructor(endMark: string) {
    this.#endMark = endMark;
  }

  begin(): void {
    this.open = true;
    this.good = false;
    this.firstByteMs = 0;
    this.#head = Buffer.alloc(0);
    this.#tail = '';
  }

  /** Takes what was read; true when the answer is whole. */
  take(chunk: Buffer): boolean {
    let body = chunk;
    if (this.#head !== undefined) {
      this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf(SEPARATOR);
      if (end === -1) return false;
      body = this.#head.subarray(end + SEPARATOR.length);
      this.#readHead(this.#head.toString('latin1', 0, end));
      this.#head = undefined;
    }
    if (body.length > 0 && this.firstByteMs === 0) this.firstByteMs = performance.now();
    this.#tail = (this.#tail + body.toString('latin1', Math.max(0, body.length - TAIL_BYTES))).slice(-TAIL_BYTES);
    this.#missingBytes -= body.length;
    const whole = this.#chunked ? this.#tail.endsWith(CHUNKED_END) : this.#missingBytes <= 0;
    if (!whole) return false;
    this.good &&= this.#tail.includes(this.#endMark);
    this.open = false;
    return true;
  }

  #readHead(head: string): void {
    this.good = head.startsWith('HTTP/1.1 200 ');
    this.#chunked = /transfer-encoding: chunked/iu.test(head);
    this.#missingBytes = Number(/content-length: (\d+)/iu.exec(head)?.[1] ?? 0);
  }
}

/** The quantiles of some figures; NaN of none. */
export function quantiles(figures: readonly number[]): Quantiles {
  const sorted = Float64Array.from(figures).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

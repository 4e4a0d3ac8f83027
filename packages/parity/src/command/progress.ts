import { counted, whole } from './word-counts.ts';
import type { Terminal } from './terminal.ts';

const BAR_CHARS = 28;
const EVERY_MS = 200;
/** Without anybody watching, a line now and then is enough to see that something happens. */
const UNWATCHED_EVERY_MS = 10_000;

/** Says how far a replay is. `total` is undefined until it is counted. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number | undefined;
  readonly #startedMs = performance.now();
  #saidMs = performance.now();
  #done = 0;
  #mismatched = 0;

  constructor(terminal: Terminal, total: number | undefined) {
    this.#terminal = terminal;
    this.#total = total;
  }

  add(done: number, mismatched: number): void {
    this.#done += done;
    this.#mismatched += mismatched;
    const nowMs = performance.now();
    if (nowMs - this.#saidMs < (this.#terminal.isWatched ? EVERY_MS : UNWATCHED_EVERY_MS)) return;
    this.#saidMs = nowMs;
    this.#say();
  }

  /** The last line, whether or not anything was said before. */
  end(): void {
    this.#say();
    if (this.#terminal.isWatched) this.#terminal.error('\n');
  }

  #say(): void {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const rate = `${Math.round(this.#done / Math.max(seconds, 0.001))}/s`;
    const done = this.#total === undefined ? counted(this.#done, 'record') : `${whole(this.#done)} of ${counted(this.#total, 'record')}`;
    const line = `${this.#bar()}${done}, ${rate}, ${whole(this.#mismatched)} mismatched`;
    this.#terminal.error(this.#terminal.isWatched ? `\r\u001B[2K${line}` : `${line}\n`);
  }

  #bar(): string {
    if (this.#total === undefined || !this.#terminal.isWatched) return '';
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const full = Math.round(share * BAR_CHARS);
    return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)} ${Math.floor(share * 100)} %  `;
  }
}

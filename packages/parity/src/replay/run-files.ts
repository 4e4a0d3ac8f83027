import { isObject, parseJson } from '@stagegate/core-transforms';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@stagegate/gateway-engine/files';
import type { ParityRun } from '../report/parity-run.ts';
import type { Comparison } from '../verdict/comparison.ts';

const RUN_FILE = 'run.json';
const COMPARISONS = /^comparisons-\d+\.jsonl$/u;
/** As the records that it was made of: with `--show-content` it holds what people wrote. */
const OWNER_ALONE = { mode: 0o600 };
const BUFFERED_CHARS_MAX = 256 * 1024;

/** A run as its folder holds it. */
export interface StoredRun {
  readonly run: ParityRun;
  readonly comparisons: readonly Comparison[];
}

/** Reads a run; undefined when the folder holds none. Lines that are cut, as a killed run leaves one, are passed over. */
export function readRun(folder: string): StoredRun | undefined {
  const file = join(folder, RUN_FILE);
  const run = existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : undefined;
  if (!isObject(run) || run['version'] !== 1) return undefined;
  return { run: run as unknown as ParityRun, comparisons: readComparisons(folder) };
}

function readComparisons(folder: string): readonly Comparison[] {
  return readdirSync(folder)
    .filter((name) => COMPARISONS.test(name))
    .toSorted()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => {
      const parsed = line === '' ? undefined : parseJson(line);
      return isObject(parsed) ? [parsed as unknown as Comparison] : [];
    });
}

/** Begins a run in a folder; what another run left there goes. */
export function beginRun(folder: string, run: ParityRun): void {
  makeFolder(folder);
  for (const name of readdirSync(folder)) if (COMPARISONS.test(name)) rmSync(join(folder, name));
  writeRun(folder, run);
}

/** Says of a run in a folder what is known now. */
export function writeRun(folder: string, run: ParityRun): void {
  writeFileSync(join(folder, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`, OWNER_ALONE);
}

/** Whether two runs compare the same calls in the same way, so that one can go on where the other stopped. */
export function isSameRun(a: ParityRun, b: ParityRun): boolean {
  return identityOf(a) === identityOf(b);
}

function identityOf({ madeAt: _madeAt, problems: _problems, unfinished: _unfinished, ...rest }: ParityRun): string {
  return JSON.stringify(rest);
}

/** Writes comparisons, one line each, many at once. */
export class ComparisonWriter {
  readonly #file: string;
  #lines = '';

  constructor(folder: string, share: number) {
    this.#file = join(folder, `comparisons-${share}.jsonl`);
    // The line that a killed run has cut ends here.
    if (existsSync(this.#file) && !readFileSync(this.#file, 'utf8').endsWith('\n')) this.#lines = '\n';
  }

  write(comparison: Comparison): void {
    this.#lines += `${JSON.stringify(comparison)}\n`;
    if (this.#lines.length >= BUFFERED_CHARS_MAX) this.flush();
  }

  flush(): void {
    if (this.#lines !== '') appendFileSync(this.#file, this.#lines, OWNER_ALONE);
    this.#lines = '';
  }
}

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files/index.ts';
import type { Declined, LaneChoice, LaneId } from '../ports/index.ts';
import type { DeclinedCall } from './front.ts';
import { gatePaths } from './gate-files.ts';
import { isRecord } from './read-json.ts';

const WRITE_MS = 1_000;
/** How many reasons are counted by themselves: lanes write them, and they may quote the client. */
const REASONS_MAX = 500;

let made = 0;

/** Calls of one rule in one lane, for one reason. */
export interface CallCount {
  readonly rule: string;
  readonly lane: LaneId;
  readonly why: string;
  readonly count: number;
}

/** Declined calls of one rule and lane, for one reason. */
export interface DeclinedCount {
  readonly rule: string;
  readonly lane: LaneId;
  readonly by: Declined['by'];
  readonly reason: string;
  readonly servedBy: LaneId | null;
  readonly count: number;
}

/** What a running gateway reports of itself, about once a second. */
export interface RunningReport {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly codeHash: string | null;
  readonly calls: readonly CallCount[];
  readonly declined: readonly DeclinedCount[];
}

/** Counts calls by rule, lane and reason, and writes the counts where `stagegate migrate status` finds them. */
export class RunningCounts {
  readonly #file: string;
  readonly #head: Pick<RunningReport, 'pid' | 'startedAt' | 'codeHash'>;
  readonly #timer: NodeJS.Timeout;
  // By identity: a rule's answers are made once, so that a call costs one look-up.
  readonly #chosen = new Map<LaneChoice, number>();
  readonly #calls = new Map<string, CallCount>();
  readonly #declined = new Map<string, DeclinedCount>();
  #changed = true;
  #closed = false;

  /** Makes the report's folder below the data folder; throws when it cannot. */
  constructor(data: string, codeHash: string | undefined) {
    const { running } = gatePaths(data);
    makeFolder(running);
    // After a reload the same process begins a new report, while calls under the old configuration may still run.
    this.#file = join(running, `${process.pid}-${(made += 1)}.json`);
    this.#head = { pid: process.pid, startedAt: new Date().toISOString(), codeHash: codeHash ?? null };
    this.#timer = setInterval(() => this.#tick(), WRITE_MS).unref();
    this.#tick();
  }

  countChosen(choice: LaneChoice): void {
    this.#chosen.set(choice, (this.#chosen.get(choice) ?? 0) + 1);
    this.#changed = true;
  }

  countDeclined({ rule, lane, declined: { by, reason }, ...event }: DeclinedCall): void {
    const servedBy = event.servedBy ?? null;
    const known = JSON.stringify([rule, lane, by, reason, servedBy]);
    const shown = this.#declined.has(known) || this.#declined.size < REASONS_MAX ? reason : 'other reasons';
    const key = shown === reason ? known : JSON.stringify([rule, lane, by, shown, servedBy]);
    const count = (this.#declined.get(key)?.count ?? 0) + 1;
    this.#declined.set(key, { rule, lane, by, reason: shown, servedBy, count });
    this.#changed = true;
  }

  /** The report ends with the gateway. */
  close(): void {
    clearInterval(this.#timer);
    this.#closed = true;
    rmSync(this.#file, { force: true });
  }

  #tick(): void {
    if (!this.#changed) return;
    this.#changed = false;
    for (const [{ rule, lane, why }, count] of this.#chosen) {
      const key = JSON.stringify([rule, lane, why]);
      this.#calls.set(key, { rule, lane, why, count: (this.#calls.get(key)?.count ?? 0) + count });
    }
    this.#chosen.clear();
    const report: RunningReport = { ...this.#head, calls: [...this.#calls.values()], declined: [...this.#declined.values()] };
    this.#write(JSON.stringify(report)).catch(() => {
      // A full disk costs the numbers, never a call; the next second tries again.
      this.#changed = true;
    });
  }

  async #write(text: string): Promise<void> {
    await writeFile(`${this.#file}.next`, text);
    await rename(`${this.#file}.next`, this.#file);
    if (this.#closed) rmSync(this.#file, { force: true });
  }
}

/** The reports of the gateways that run over a data folder. Those of killed ones are left out. */
export function readRunning(data: string): readonly RunningReport[] {
  const { running } = gatePaths(data);
  let names: readonly string[];
  try {
    names = readdirSync(running);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const report = name.endsWith('.json') ? readReport(join(running, name)) : undefined;
    return report !== undefined && isAlive(report.pid) ? [report] : [];
  });
}

function readReport(file: string): RunningReport | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(parsed) && typeof parsed['pid'] === 'number' ? (parsed as unknown as RunningReport) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

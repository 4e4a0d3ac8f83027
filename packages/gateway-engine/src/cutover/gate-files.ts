import { hash } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../files/index.ts';
import { NO_STATE, parseGateState, type Change, type DatedVerdict, type GateState } from './gate-state.ts';
import { parseVerdicts, VERDICTS_FILE } from './verdicts.ts';

/** Where gates keep what they know, below the data folder. */
export interface GatePaths {
  readonly folder: string;
  readonly state: string;
  readonly history: string;
  readonly lock: string;
  /** A report per gateway that runs. */
  readonly running: string;
  readonly verdicts: string;
}

/** One line of the audit trail: what was said, by whom, and what it rested on. */
export interface HistoryEntry extends Change {
  /** Of the state that it led to. */
  readonly revision: number;
  readonly action: 'promote' | 'rollback' | 'off' | 'lift';
  /** Absent: all of them. */
  readonly rule?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly fingerprint?: string;
  readonly evidence?: DatedVerdict;
}

const LOCK_STALE_MS = 10_000;
const LOCK_WAIT_MS_MAX = 5_000;
const LOCK_STEP_MS = 20;

/** The paths below a data folder. */
export function gatePaths(data: string): GatePaths {
  const folder = join(data, 'migration');
  return {
    folder,
    state: join(folder, 'state.json'),
    history: join(folder, 'history.jsonl'),
    lock: join(folder, 'state.lock'),
    running: join(folder, 'running'),
    verdicts: join(data, VERDICTS_FILE),
  };
}

/** What was said at run time; `unreadable` says why nobody knows. No file: nothing was said. */
export function readGateState(file: string): { readonly state: GateState; readonly unreadable?: string } {
  const text = readIfThere(file);
  if (text === undefined) return { state: NO_STATE };
  const outcome = typeof text === 'string' ? parseGateState(text) : { ok: false as const, why: text.message };
  return outcome.ok ? { state: outcome.state } : { state: NO_STATE, unreadable: `${file}: ${outcome.why}` };
}

/** The verdicts of a file, dated; `problem` says why there are none. No file: no verdicts. */
export function readVerdicts(file: string): { readonly verdicts: readonly DatedVerdict[]; readonly problem?: string } {
  const text = readIfThere(file);
  if (text === undefined) return { verdicts: [] };
  if (typeof text !== 'string') return { verdicts: [], problem: `${file}: ${text.message}` };
  const outcome = parseVerdicts(text);
  if (!outcome.ok) return { verdicts: [], problem: `${file}: ${outcome.why}` };
  const origin = { madeAt: outcome.file.madeAt, fileHash: hash('sha256', text) };
  return { verdicts: outcome.file.verdicts.map((verdict) => ({ ...verdict, ...origin })) };
}

/**
 * Changes what was said, and writes down that it was: the trail first, then the state, which takes the old one's place whole.
 *
 * in:     what to make of the state that stands; it may throw to leave everything as it was.
 * errors: throws when the state cannot be read (it says who may serve: nobody overwrites it unread), locked or written.
 */
export function changeGateState(
  paths: GatePaths,
  change: (state: GateState) => { readonly state: GateState; readonly entry: HistoryEntry },
): GateState {
  makeFolder(paths.folder);
  return locked(paths.lock, () => {
    const { state: before, unreadable } = readGateState(paths.state);
    if (unreadable !== undefined) throw new Error(unreadable);
    const { state, entry } = change(before);
    appendFileSync(paths.history, `${JSON.stringify(entry)}\n`, { flush: true });
    replaceFile(paths.state, `${JSON.stringify(state, undefined, 2)}\n`);
    return state;
  });
}

/** The audit trail, oldest first; a line that was cut by a crash is left out. */
export function readHistory(file: string): readonly HistoryEntry[] {
  const text = readIfThere(file);
  if (text === undefined) return [];
  if (typeof text !== 'string') throw text;
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as HistoryEntry];
    } catch {
      return [];
    }
  });
}

/** Writes a file so that readers see the old text or the new one, whatever happens in between. */
function replaceFile(file: string, text: string): void {
  const next = `${file}.${process.pid}`;
  const handle = openSync(next, 'w');
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
}

function readIfThere(file: string): string | Error | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR') ? undefined : error;
  }
}

/** One change at a time, whoever makes it. The lock of somebody who died is taken over. */
function locked<T>(lock: string, work: () => T): T {
  for (let waitedMs = 0; !tryLock(lock); waitedMs += LOCK_STEP_MS) {
    if (waitedMs >= LOCK_WAIT_MS_MAX) throw new Error(`${lock}: somebody else is changing the state`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_STEP_MS);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const made = statSync(lock, { throwIfNoEntry: false });
    // A change takes milliseconds.
    if (made !== undefined && Date.now() - made.mtimeMs > LOCK_STALE_MS) rmSync(lock, { force: true });
    return false;
  }
}

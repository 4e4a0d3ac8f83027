import { hash } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../files/index.ts';
import { NO_STATE, parseGateState, type Change, type DatedVerdict, type GateState } from './gate-state.ts';
import { parseVerdicts, VERDICTS_FILE } from './verdicts.ts';

/** The files of the gates, below the data folder. */
export interface GatePaths {
  readonly folder: string;
  readonly state: string;
  readonly history: string;
  readonly lock: string;
  /** One report per running gateway. */
  readonly running: string;
  readonly verdicts: string;
}

/** One line of the audit trail: what was changed, by whom, and on what grounds. */
export interface HistoryEntry extends Change {
  /** The revision of the state that it led to. */
  readonly revision: number;
  readonly action: 'promote' | 'rollback' | 'off' | 'lift';
  /** Absent: it concerns all rules. */
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

/** The run-time state; `unreadable` says why it is not known. Without a file nothing was changed at run time. */
export function readGateState(file: string): { readonly state: GateState; readonly unreadable?: string } {
  const text = readIfThere(file);
  if (text === undefined) return { state: NO_STATE };
  const outcome = typeof text === 'string' ? parseGateState(text) : { ok: false as const, why: text.message };
  return outcome.ok ? { state: outcome.state } : { state: NO_STATE, unreadable: `${file}: ${outcome.why}` };
}

/** The verdicts of a file, with their date; `problem` says why there are none. No file means no verdicts. */
export function readVerdicts(file: string): { readonly verdicts: readonly DatedVerdict[]; readonly problem?: string } {
  const text = readIfThere(file);
  if (text === undefined) return { verdicts: [] };
  if (typeof text !== 'string') return { verdicts: [], problem: `${file}: ${text.message}` };
  const outcome = parseVerdicts(text);
  if (!outcome.ok) return { verdicts: [], problem: `${file}: ${outcome.why}` };
  const origin = { madeAt: outcome.file.madeAt, fileHash: hash('sha256', text) };
  return { verdicts: outcome.file.verdicts.map((verdict) => ({ ...origin, ...verdict })) };
}

/**
 * Changes the run-time state: first the line in the audit trail, then the state, which is replaced as a whole.
 *
 * in:     makes the new state of the current one; it may throw to change nothing.
 * errors: throws when the state cannot be read (it says who serves, so that it is never overwritten unread), locked or written.
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

/** The audit trail, oldest first. A line that a crash has cut is left out. */
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

/** Replaces a file so that readers see either the old text or the new one, whatever happens in between. */
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

/** Lets one process at a time make a change. The lock of a process that died is taken over. */
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
    // A change takes milliseconds: an older lock is a dead process's.
    if (made !== undefined && Date.now() - made.mtimeMs > LOCK_STALE_MS) rmSync(lock, { force: true });
    return false;
  }
}

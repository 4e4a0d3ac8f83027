import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { EmbeddedProblem } from './problem.ts';

/** The process that holds a folder. A process id alone is not enough: ids are reused, above all after a restart of the machine. */
interface Owner {
  readonly pid: number;
  /** Identifies the machine's current run. */
  readonly bootId: string;
  /** When the process began, in the kernel's ticks. */
  readonly startTicks: string;
}

const START_TICKS_FIELD = 19;

/**
 * Locks a folder for this process, taking over the lock of a dead one.
 *
 * in:     the lock's file, in a folder that exists.
 * out:    a function that releases it.
 * errors: an EmbeddedProblem while another process holds it.
 */
export function takeLock(file: string): () => void {
  const own = JSON.stringify(describe(process.pid));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, own);
  try {
    if (!tryLink(draft, file)) {
      dropStale(file);
      if (!tryLink(draft, file)) throw owned(file, readOwner(file));
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readText(file) === own) rmSync(file, { force: true });
  };
}

/** The process that holds a folder now; undefined: none does. */
export function findOwner(file: string): number | undefined {
  const owner = readOwner(file);
  return owner !== undefined && isAlive(owner) ? owner.pid : undefined;
}

/** A hard link is made atomically, and fails where the file exists. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Two processes may find the same stale lock: one that has moved away another's lock puts it back. */
function dropStale(file: string): void {
  const stale = readText(file);
  const owner = readOwner(file);
  if (owner !== undefined && isAlive(owner)) throw owned(file, owner);
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== stale) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function owned(file: string, owner: Owner | undefined): EmbeddedProblem {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
  return new EmbeddedProblem(
    'owned',
    `the database beside ${file} is in use by ${who}; stop that gateway or choose another folder with --data`,
  );
}

function readOwner(file: string): Owner | undefined {
  try {
    const { pid, bootId, startTicks }: Partial<Owner> = JSON.parse(readText(file) ?? '');
    return typeof pid === 'number' && typeof bootId === 'string' && typeof startTicks === 'string'
      ? { pid, bootId, startTicks }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  const now = describe(owner.pid);
  if (now.bootId !== owner.bootId || now.startTicks !== owner.startTicks) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Without /proc, the process id has to do. */
function describe(pid: number): Owner {
  // The second field is the program's name, which may hold anything and ends at the last parenthesis.
  const stat = readText(`/proc/${pid}/stat`);
  return {
    pid,
    bootId: readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '',
    startTicks: stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TICKS_FIELD] ?? '',
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedProblem } from './problem.ts';
import type { RunAs } from './run-as.ts';

/** What a server is started with. */
export interface ServerPlace {
  readonly postgres: string;
  readonly data: string;
  /** Where its socket is made. */
  readonly sockets: string;
  readonly log: string;
  readonly runAs: RunAs | undefined;
}

/** A running server. */
export interface Server {
  /** Resolves when it has ended, whatever the reason. */
  readonly ended: Promise<void>;
  /** Ends it: connections are cut, everything is written. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL through a shell that leaves somebody behind: who waits for the end of the gateway, however it comes, and then ends
 * the server. Twice forked, so that it is no child of the server's, which knows its own.
 */
const SCRIPT = `p=$$; exec 3<&0 </dev/null; ( ( read -r x <&3; kill -INT "$p" ) >/dev/null 2>&1 & ); exec 3<&-; exec "$0" "$@"`;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '30',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
};

const POLL_MS = 20;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const LOG_BYTES_MAX = 4 * 1024 * 1024;
/** Of postmaster.pid: who runs it, and how far it is. */
const STATUS_LINE = 7;

/** Starts the server and waits until it takes connections. Ends one that a killed gateway has left. */
export async function startServer(place: ServerPlace): Promise<Server> {
  await endLeftOver(place.data);
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: place.sockets }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = spawnDetached(place, ['-D', place.data, ...settings]);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let running = true;
  void ended.then(() => {
    running = false;
    child.stdin?.destroy();
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    if (!(await within(ended, STOP_MS_MAX))) child.kill('SIGKILL');
    await ended;
  };
  const giveUpMs = performance.now() + START_MS_MAX;
  while (!isReady(readPostmaster(place.data), child.pid)) {
    if (!running) throw broken(place);
    if (performance.now() > giveUpMs) {
      await stop();
      throw broken(place);
    }
    await wait(POLL_MS);
  }
  return { ended, stop };
}

function spawnDetached({ postgres, log, runAs }: ServerPlace, args: readonly string[]): ChildProcess {
  const isFull = (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX;
  const output = openSync(log, isFull ? 'w' : 'a', 0o600);
  try {
    // Detached: Ctrl-C in a terminal goes to everybody in it, and the gateway still has something to write then.
    return spawn('/bin/sh', ['-c', SCRIPT, postgres, ...args], {
      ...runAs,
      detached: true,
      cwd: '/',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['pipe', output, output],
    });
  } finally {
    closeSync(output);
  }
}

async function within(ended: Promise<void>, limitMs: number): Promise<boolean> {
  return Promise.race([ended.then(() => true), wait(limitMs, false, { ref: false })]);
}

interface Postmaster {
  readonly pid: number;
  readonly status: string;
}

function readPostmaster(data: string): Postmaster | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), status: (lines[STATUS_LINE] ?? '').trim() };
}

/** What a server that crashed has written there says the same, of another process. */
function isReady(postmaster: Postmaster | undefined, pid: number | undefined): boolean {
  return postmaster !== undefined && postmaster.status === 'ready' && postmaster.pid === pid;
}

/** The folder is ours alone: a server that still runs on it belongs to a gateway that is no more. */
async function endLeftOver(data: string): Promise<void> {
  const giveUpMs = performance.now() + STOP_MS_MAX;
  for (let left = readPostmaster(data); left !== undefined && isServer(left.pid); left = readPostmaster(data)) {
    signal(left.pid, performance.now() > giveUpMs ? 'SIGKILL' : 'SIGINT');
    await wait(POLL_MS * 5);
  }
}

/** A process id may have been given to somebody else since. */
function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/cmdline') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

/** The last line in which one of the server's programs says that something is wrong, from there on. */
export function findFault(said: string): string | undefined {
  const last = said.split('\n').findLast((line) => FAULT.test(line));
  return last?.slice(last.search(FAULT));
}

const FAULT = /\b(?:FATAL|PANIC|ERROR|error):/u;

function broken({ data, log }: ServerPlace): EmbeddedProblem {
  const fault = findFault(readFileSync(log, 'utf8'));
  const why = fault === undefined ? '' : `: ${fault}`;
  return new EmbeddedProblem(
    'broken',
    `the database in ${data} does not start${why}\nIts log is ${log}. Nothing was changed. To begin again from a backup: stagegate db restore FILE`,
  );
}

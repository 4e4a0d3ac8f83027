import { createHash } from 'node:crypto';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFolder, PRIVATE_MODE } from '../../files/index.ts';
import type { Log } from '../../ports/index.ts';
import { findOwner, takeLock } from './lock.ts';
import { ensureData, ensurePassword } from './make-data.ts';
import { EmbeddedProblem } from './problem.ts';
import { findPrograms, type Programs } from './programs.ts';
import { chooseUser, type RunAs } from './run-as.ts';
import { type Server, type ServerPlace, startServer } from './server.ts';

/** A PostgreSQL server of the gateway's own. */
export interface EmbeddedDatabase {
  /** How to connect; holds a password. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Longest path of a Unix socket that every system takes, less the socket's own name. */
const SOCKET_FOLDER_LENGTH_MAX = 80;
const RESTART_MS = 1_000;
const MAY_ENTER = 0o011;

/**
 * Starts PostgreSQL on a folder, made at the first start, as a child process that ends with this one, however this one ends. When it ends
 * by itself it is started again.
 *
 * in:     the folder, for one process at a time.
 * errors: an EmbeddedProblem, whose message can be shown.
 */
export async function startEmbedded(folder: string, log: Log): Promise<EmbeddedDatabase> {
  const programs = findPrograms();
  const own = resolve(folder);
  const runAs = chooseUser([dirname(programs.postgres), dirname(dirname(own))]);
  try {
    makeFolders(own, runAs);
    const unlock = takeLock(join(own, 'lock'));
    try {
      return await start(own, programs, runAs, log, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw new EmbeddedProblem('broken', `the database in ${own}: ${error.message}`);
    throw error;
  }
}

async function start(own: string, programs: Programs, runAs: RunAs | undefined, log: Log, unlock: () => void): Promise<EmbeddedDatabase> {
  const password = ensurePassword(own);
  const data = await ensureData(own, programs, password, runAs);
  const sockets = makeSocketFolder(own, runAs);
  const place: ServerPlace = { postgres: programs.postgres, data, sockets, log: join(own, 'server.log'), runAs };
  const end = keepRunning(await startServer(place), place, log);
  return {
    url: urlOf(password, sockets),
    stop: async () => {
      await end();
      unlock();
    },
  };
}

/** How to connect to the server that another process runs on a folder now; undefined: none does. It holds a password. */
export function findRunningEmbedded(folder: string): string | undefined {
  const own = resolve(folder);
  return findOwner(join(own, 'lock')) === undefined ? undefined : urlOf(ensurePassword(own), socketFolderOf(own));
}

function urlOf(password: string, sockets: string): string {
  return `postgresql://stagegate:${password}@localhost/postgres?host=${encodeURIComponent(sockets)}`;
}

/** out: ends it for good. */
function keepRunning(first: Server, place: ServerPlace, log: Log): () => Promise<void> {
  let server = first;
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    await server.ended;
    while (!stopping.signal.aborted) {
      log.error('database-ended', { folder: place.data });
      await wait(RESTART_MS, undefined, { ref: false });
      if (stopping.signal.aborted) return;
      try {
        server = await startServer(place);
        if (stopping.signal.aborted) await server.stop();
        await server.ended;
      } catch (error) {
        log.error('database-restart', { message: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  const watched = watch();
  return async () => {
    stopping.abort();
    await server.stop();
    await watched;
  };
}

function makeFolders(own: string, runAs: RunAs | undefined): void {
  makeFolder(own, PRIVATE_MODE);
  // The server's user passes through both, and sees nothing in them.
  if (runAs !== undefined) for (const path of [dirname(own), own]) chmodSync(path, statSync(path).mode | MAY_ENTER);
}

function socketFolderOf(own: string): string {
  const beside = join(own, 'run');
  const short = join(tmpdir(), `stagegate-${createHash('sha256').update(own).digest('hex').slice(0, 16)}`);
  return Buffer.byteLength(beside) > SOCKET_FOLDER_LENGTH_MAX ? short : beside;
}

function makeSocketFolder(own: string, runAs: RunAs | undefined): string {
  const folder = socketFolderOf(own);
  makeFolder(folder, PRIVATE_MODE);
  if (runAs !== undefined) chownSync(folder, runAs.uid, runAs.gid);
  // In a folder that everybody may write to, somebody else may have been there first.
  const { uid, mode } = statSync(folder);
  if (uid !== (runAs?.uid ?? process.getuid?.()) || (mode & 0o077) !== 0)
    throw new EmbeddedProblem('broken', `${folder} is not the gateway's own`);
  return folder;
}

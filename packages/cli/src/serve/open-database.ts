import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Log } from '@stagegate/gateway-engine/ports';
import type { EmbeddedDatabase, Prepared, Store, StoredConfig } from '@stagegate/gateway-engine/store';
import { Exit } from './exit.ts';
import type { ServeOptions } from './options.ts';

/** The gateway's database, for as long as it serves. */
export interface OpenDatabase {
  readonly store: Store;
  /** What it adds to the configuration; undefined: nothing. */
  readonly stored: StoredConfig | undefined;
  /** For the banner. */
  readonly shown: string;
  readonly close: () => Promise<void>;
}

/** The longest wait for the gateway's own database, whose tables may still have to be made. */
const OWN_READY_MS = 60_000;
/** When it is not ready by then, the free space is checked. */
const ROOM_AFTER_MS = 5_000;
/** With less free space the database cannot write its tables or its log. */
const ROOM_BYTES_MIN = 8 * 1024 * 1024;
/** The longest wait for somebody's server. Without it the gateway serves what it can. */
const SERVER_READY_MS = 2_000;

/**
 * Opens the configured database, else the one in the data folder, which is made at the first start.
 *
 * out:    undefined where there can be none and there was none before: then the master key is the only key.
 * errors: Exit 1 for a database that another gateway has, or that does not start; Exit 2 for a malformed URL.
 */
export async function openDatabase(
  { database, saltKey }: LoadedConfig,
  { db, data }: Pick<ServeOptions, 'db' | 'data'>,
  masterKey: string,
  log: Log,
): Promise<OpenDatabase | undefined> {
  if (!db) return undefined;
  const engine = await import('@stagegate/gateway-engine/store');
  if (database.url !== undefined && engine.readDatabaseUrl(database.url) === undefined) {
    throw new Exit(2, 'database_url: expected a postgresql:// URL; serve --no-db goes without a database');
  }
  const embedded = database.url === undefined ? await startOwn(engine, join(data, 'postgres'), log) : undefined;
  const url = database.url ?? embedded?.url;
  if (url === undefined) return undefined;
  let said = '';
  const store = engine.createStore({
    url,
    ...(database.connectionsMax !== undefined && { connectionsMax: database.connectionsMax }),
    prepare: async (connection) => report(await engine.prepareDatabase(connection), engine.wordDrift, log),
    onState: (state, why) => {
      if (said === `${state} ${why}`) return;
      said = `${state} ${why}`;
      if (state === 'ready') log.info('database', { state });
      else log.warn('database', { state, why });
    },
  });
  let stored: StoredConfig | undefined;
  const close = async (): Promise<void> => {
    stored?.close();
    await store.close();
    await embedded?.stop();
  };
  const hasRoom = (): boolean => embedded === undefined || (!said.includes(FULL_DISK) && roomOf(data) >= ROOM_BYTES_MIN);
  const ready = embedded === undefined ? await store.ready(SERVER_READY_MS) : await becomesReady(store, hasRoom);
  if (embedded !== undefined && !ready) {
    const why = hasRoom() ? 'runs and does not answer' : 'has no room left on its disk';
    await close();
    throw new Exit(1, `the database in ${join(data, 'postgres')} ${why}: ${said}`);
  }
  if (database.storesModels) {
    stored = await engine.openStoredConfig(store, engine.createCipher(saltKey ?? masterKey, database.cipher), database.pollSeconds * 1000);
  }
  return { store, stored, shown: wordPlace(embedded === undefined ? undefined : join(data, 'postgres'), ready), close };
}

/** Throws Exit 1 where a folder has no database: a wrong `--data` must not look like a database without keys. */
export function requireOwn(folder: string): void {
  if (!hasOwn(folder)) throw new Exit(1, `there is no database in ${folder} yet; serve makes one, and --data names another folder`);
}

/** Whether a folder has a database of the gateway's own. */
export function hasOwn(folder: string): boolean {
  return existsSync(join(folder, 'data'));
}

/** PostgreSQL's code for a full disk. */
const FULL_DISK = '53100';

/** Waits until a database that was just started is ready, or cannot become so. */
async function becomesReady(store: Store, hasRoom: () => boolean): Promise<boolean> {
  if (await store.ready(ROOM_AFTER_MS)) return true;
  return hasRoom() && store.ready(OWN_READY_MS - ROOM_AFTER_MS);
}

/** Free bytes on the disk of a folder. */
function roomOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

type Engine = typeof import('@stagegate/gateway-engine/store');

/** out: undefined when it cannot run here and there is nothing to lose. */
async function startOwn(engine: Engine, folder: string, log: Log): Promise<EmbeddedDatabase | undefined> {
  try {
    return await engine.startEmbedded(folder, log);
  } catch (error) {
    if (!(error instanceof engine.EmbeddedProblem)) throw error;
    if (error.kind !== 'unavailable' || hasOwn(folder)) throw new Exit(1, error.message);
    log.warn('no-database', { why: error.message });
    return undefined;
  }
}

function report({ made, drift }: Prepared, word: Engine['wordDrift'], log: Log): void {
  if (made) log.info('tables-made', {});
  for (const line of word(drift)) log.warn('database-drift', { line });
}

function wordPlace(folder: string | undefined, ready: boolean): string {
  if (folder !== undefined) return `its own, in ${folder}`;
  return ready ? 'connected' : 'not reached yet; the gateway serves what it can without it';
}

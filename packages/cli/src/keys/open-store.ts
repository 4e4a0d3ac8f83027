import { join } from 'node:path';
import type { Environment, LoadedConfig } from '@stagegate/gateway-engine/config';
import { silentLog, type StoreAnswer } from '@stagegate/gateway-engine/ports';
import type { KeyFilter, Store } from '@stagegate/gateway-engine/store';
import { Exit } from '../serve/exit.ts';
import { openDatabase, type OpenDatabase, requireOwn } from '../serve/open-database.ts';
import { readConfigFile } from '../serve/read-config.ts';

/** Options that every `keys` command has. */
export interface KeysOptions {
  readonly config?: string;
  readonly data: string;
  readonly json?: boolean;
}

/** Who changed a key, in its row and in the audit log. */
export const BY = 'stagegate keys';

const READY_MS = 5_000;
const HASH = /^[0-9a-f]{64}$/u;

/**
 * Runs work on the gateway's database: the one in the config, the one that a running gateway keeps, or the one in the data folder. The last
 * is started for as long as the work takes, and made first where `makes` says so. Throws Exit for what the user can fix.
 */
export async function withStore(
  options: KeysOptions & { readonly makes?: true },
  env: Environment,
  work: (store: Store, config: LoadedConfig) => Promise<void>,
): Promise<void> {
  const { config } = readConfigFile(options.config, env);
  const engine = await import('@stagegate/gateway-engine/store');
  if (config.database.url === undefined && options.makes !== true) requireOwn(join(options.data, 'postgres'));
  const running = config.database.url === undefined ? engine.findRunningEmbedded(join(options.data, 'postgres')) : undefined;
  const database = running === undefined ? await openKeys(config, options) : undefined;
  if (running === undefined && database === undefined) throw new Exit(1, 'there is no database, and none can be started here');
  const store = database?.store ?? engine.createStore({ url: running ?? '' });
  try {
    if (!(await store.ready(READY_MS))) throw new Exit(1, `the database: ${await findSilence(engine, running ?? config.database.url)}`);
    await work(store, config);
  } finally {
    await (database ?? store).close();
  }
}

/** Why a database does not answer, as far as that can be told. */
async function findSilence(engine: Engine, url: string | undefined): Promise<string> {
  const address = url === undefined ? undefined : engine.readDatabaseUrl(url);
  try {
    if (address !== undefined) await engine.describeDatabase(address);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.message;
    throw error;
  }
  return 'no answer in time';
}

type Engine = typeof import('@stagegate/gateway-engine/store');

/** Keys only: models and secrets in the database are not read. */
function openKeys(config: LoadedConfig, { data }: KeysOptions): Promise<OpenDatabase | undefined> {
  const plain = { ...config, database: { ...config.database, storesModels: false } };
  return openDatabase(plain, { db: true, data }, '', silentLog);
}

/** The value of an answer. Throws Exit where the database gave none. */
export function valueOf<T>(answer: StoreAnswer<T>): T {
  if (answer.ok) return answer.value;
  if (answer.error.code === '23505') throw new Exit(1, 'there is one of that name already');
  throw new Exit(1, `the database: ${answer.error.message}`);
}

/** The keys that a person means by a key, its hash or its alias. */
export async function filterOf(key: string): Promise<KeyFilter> {
  if (HASH.test(key)) return { keyHashes: [key] };
  const { hashKey } = await import('@stagegate/gateway-engine/auth');
  return key.startsWith('sk-') ? { keyHashes: [hashKey(key)] } : { keyAlias: key };
}

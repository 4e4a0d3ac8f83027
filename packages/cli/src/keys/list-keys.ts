import type { Environment } from '@stagegate/gateway-engine/config';
import { listKeys } from '@stagegate/gateway-engine/store';
import { Exit } from '../serve/exit.ts';
import { filterOf, type KeysOptions, valueOf, withStore } from './open-store.ts';
import { renderKey, renderKeys, toJson } from './render-key.ts';

/** The options of `keys ls`. */
export interface ListOptions extends KeysOptions {
  readonly team?: string;
  readonly user?: string;
  readonly limit: string;
}

/** An alias belongs to one key; more than one row would show that it does not. */
const SHOWN_MAX = 10;

/** Lists keys. Throws Exit for impossible options. */
export async function listAll(options: ListOptions, env: Environment): Promise<void> {
  const rowsMax = Number(options.limit);
  if (!Number.isSafeInteger(rowsMax) || rowsMax < 1) throw new Exit(2, `--limit: expected a number from 1, found "${options.limit}"`);
  const filter = {
    ...(options.team !== undefined && { teamId: options.team }),
    ...(options.user !== undefined && { userId: options.user }),
  };
  await withStore(options, env, async (store) => {
    const rows = valueOf(await store.manage.run((database) => listKeys(database, filter, rowsMax)));
    const shown = rows.length === 0 ? ['no keys; `stagegate keys create` makes one'] : renderKeys(rows);
    process.stdout.write(`${options.json === true ? JSON.stringify(rows.map(toJson)) : shown.join('\n')}\n`);
  });
}

/** Shows one key. Throws Exit when there is none. */
export async function showKey(key: string, options: KeysOptions, env: Environment): Promise<void> {
  const filter = await filterOf(key);
  await withStore(options, env, async (store) => {
    const [row] = valueOf(await store.manage.run((database) => listKeys(database, filter, SHOWN_MAX)));
    if (row === undefined) throw new Exit(1, 'there is no such key');
    process.stdout.write(`${options.json === true ? JSON.stringify(toJson(row)) : renderKey(row).join('\n')}\n`);
  });
}

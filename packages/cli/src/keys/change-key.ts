import type { Environment } from '@stagegate/gateway-engine/config';
import { blockKeys, deleteKeys, listKeys, type Store, type VerificationTokenRow } from '@stagegate/gateway-engine/store';
import { announceChange } from '@stagegate/gateway-engine/tenants';
import { Exit } from '../serve/exit.ts';
import { filterOf, type KeysOptions, valueOf, withStore } from './open-store.ts';
import { renderKey, toJson } from './render-key.ts';

const BY = 'stagegate keys';

/** Blocks or unblocks a key. Throws Exit when there is none. */
export async function blockKey(key: string, options: KeysOptions & { readonly lift?: boolean }, env: Environment): Promise<void> {
  const filter = await filterOf(key);
  await withStore(options, env, async (store) => {
    const [row] = valueOf(await store.manage.run((database) => blockKeys(database, filter, options.lift !== true, BY)));
    await tell(store, row, options, options.lift === true ? 'let in again' : 'blocked');
  });
}

/** Deletes a key. Throws Exit when there is none. */
export async function removeKey(key: string, options: KeysOptions, env: Environment): Promise<void> {
  const filter = await filterOf(key);
  await withStore(options, env, async (store) => {
    const [found] = valueOf(await store.manage.run((database) => listKeys(database, filter, 1)));
    const hashes = found === undefined ? [] : [found.token];
    const [row] = valueOf(await store.manage.transact((transaction) => deleteKeys(transaction, hashes, BY)));
    await tell(store, row, options, 'deleted');
  });
}

async function tell(store: Store, row: VerificationTokenRow | undefined, { json }: KeysOptions, what: string): Promise<void> {
  if (row === undefined) throw new Exit(1, 'there is no such key');
  await announceChange(store, { kind: 'key', keyHash: row.token });
  process.stdout.write(
    `${json === true ? JSON.stringify(toJson(row)) : [`${what}:`, ...renderKey(row, what === 'deleted' ? what : undefined)].join('\n')}\n`,
  );
}

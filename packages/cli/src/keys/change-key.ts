import type { Environment } from '@stagegate/gateway-engine/config';
import { blockKeys, deleteKeys, listKeys, type Store, type VerificationTokenRow } from '@stagegate/gateway-engine/store';
import { announceChange, auditKeys } from '@stagegate/gateway-engine/tenants';
import { Exit } from '../serve/exit.ts';
import { BY, filterOf, type KeysOptions, valueOf, withStore } from './open-store.ts';
import { renderKey, toJson } from './render-key.ts';

/** Keys that one alias may stand for: the database lets several have it. */
const KEYS_MAX = 1_000;

/** Blocks or unblocks a key. Throws Exit when there is none. */
export async function blockKey(key: string, options: KeysOptions & { readonly lift?: boolean }, env: Environment): Promise<void> {
  const filter = await filterOf(key);
  const [action, what] = options.lift === true ? (['unblocked', 'let in again'] as const) : (['blocked', 'blocked'] as const);
  await withStore(options, env, async (store, { tenants }) => {
    const [row] = valueOf(
      await store.manage.transact(async (transaction) => {
        if (tenants.isAudited) await auditKeys(transaction, action, await listKeys(transaction, filter, KEYS_MAX), BY);
        return blockKeys(transaction, filter, action === 'blocked', BY);
      }),
    );
    await tell(store, row, options, what);
  });
}

/** Deletes a key. Throws Exit when there is none. */
export async function removeKey(key: string, options: KeysOptions, env: Environment): Promise<void> {
  const filter = await filterOf(key);
  await withStore(options, env, async (store, { tenants }) => {
    const [found] = valueOf(await store.manage.run((database) => listKeys(database, filter, 1)));
    const hashes = found === undefined ? [] : [found.token];
    const [row] = valueOf(
      await store.manage.transact(async (transaction) => {
        const gone = await deleteKeys(transaction, hashes, BY);
        if (tenants.isAudited) await auditKeys(transaction, 'deleted', gone, BY);
        return gone;
      }),
    );
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

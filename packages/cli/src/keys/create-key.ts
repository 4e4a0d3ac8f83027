import type { Environment } from '@stagegate/gateway-engine/config';
import { systemClock } from '@stagegate/gateway-engine/ports';
import { insertKey, type Store, tables } from '@stagegate/gateway-engine/store';
import { announceChange, auditKeys, durationMs, makeKey, newKeyRow, parseDuration, type Duration } from '@stagegate/gateway-engine/tenants';
import { Exit } from '../serve/exit.ts';
import { BY, type KeysOptions, valueOf, withStore } from './open-store.ts';
import { renderKey, toJson } from './render-key.ts';

/** The options of `keys create`. */
export interface CreateOptions extends KeysOptions {
  readonly alias?: string;
  readonly models?: string;
  readonly team?: string;
  readonly user?: string;
  readonly maxBudget?: string;
  readonly budgetDuration?: string;
  readonly expires?: string;
  readonly routes?: string;
}

/** Makes a key and shows it, once. Throws Exit for impossible options. */
export async function createKey(options: CreateOptions, env: Environment): Promise<void> {
  const nowMs = systemClock.nowMs();
  if (options.alias?.trim() === '') throw new Exit(2, '--alias: expected a name, found none');
  const budget = options.budgetDuration === undefined ? undefined : readDuration('--budget-duration', options.budgetDuration);
  const life = options.expires === undefined ? undefined : readDuration('--expires', options.expires);
  const key = makeKey();
  const row = newKeyRow(
    {
      ...(options.alias !== undefined && { key_alias: options.alias }),
      ...(options.team !== undefined && { team_id: options.team }),
      ...(options.user !== undefined && { user_id: options.user }),
      ...(options.maxBudget !== undefined && { max_budget: readAmount(options.maxBudget) }),
      models: readList('--models', options.models),
      allowed_routes: readList('--routes', options.routes),
      created_by: BY,
      updated_by: BY,
    },
    {
      key,
      nowMs,
      expiresMs: life === undefined ? undefined : nowMs + durationMs(life.duration, nowMs),
      budgetDuration: budget,
    },
  );
  await withStore({ ...options, makes: true }, env, async (store, { tenants }) => {
    await checkNames(store, options);
    const written = valueOf(
      await store.manage.transact(async (transaction) => {
        const made = await insertKey(transaction, row);
        if (made !== undefined && tenants.isAudited) await auditKeys(transaction, 'created', [made], BY);
        return made;
      }),
    );
    if (written === undefined) throw new Exit(1, 'the database kept nothing');
    await announceChange(store, { kind: 'key', keyHash: written.token });
    const text =
      options.json === true ? JSON.stringify({ key, ...toJson(written) }) : [`key  ${key}`, '', ...renderKey(written)].join('\n');
    process.stdout.write(`${text}\n`);
  });
}

/** Refuses an alias that another key has, and a team that does not exist: no call with such a key would be admitted. */
async function checkNames(store: Store, { alias, team }: CreateOptions): Promise<void> {
  const { other, known } = valueOf(
    await store.manage.run(async (database) => ({
      other: alias === undefined ? undefined : await tables.keys.find(database, { key_alias: alias }),
      known: team === undefined ? true : (await tables.teams.find(database, { team_id: team })) !== undefined,
    })),
  );
  if (other !== undefined) throw new Exit(1, `--alias: another key is called ${alias}`);
  if (!known) throw new Exit(1, `--team: there is no team ${team}`);
}

function readDuration(option: string, text: string): { readonly text: string; readonly duration: Duration } {
  const duration = parseDuration(text);
  if (duration === undefined) throw new Exit(2, `${option}: expected a time like 30s, 5m, 1h, 7d or 1mo, found "${text}"`);
  return { text, duration };
}

function readAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() === '' || !Number.isFinite(amount) || amount < 0)
    throw new Exit(2, `--max-budget: expected USD, 0 or more, found "${text}"`);
  return amount;
}

/** No list means no limit. A list without a name in it, as from a variable that is not set, must not come to mean that. */
function readList(option: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  const names = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (names.length === 0) throw new Exit(2, `${option}: expected names, found none; without ${option} nothing is limited`);
  return names;
}

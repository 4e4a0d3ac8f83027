import { KEY_LIMITS, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { createMemorySums, createSharedSums } from '@stagegate/gateway-engine/counters';
import { type KeyLookup, type Log, type RedisDoors, type Spending, systemClock } from '@stagegate/gateway-engine/ports';
import type { OpenDatabase } from './open-database.ts';
import type { ServeOptions } from './options.ts';

/** What there is with a database alone. */
export interface Tenants {
  readonly parts: { readonly keys: KeyLookup; readonly store: OpenDatabase['store']; readonly spending: Spending };
  /** Writes what was spent. */
  readonly close: () => Promise<void>;
}

/** Virtual keys, and the account of what they spend: loaded only where there is a database. */
export async function openTenants(
  { store }: OpenDatabase,
  { acceptMissing }: ServeOptions,
  log: Log,
  current: () => LoadedConfig,
  redis: RedisDoors | undefined,
): Promise<Tenants> {
  const [{ createKeyLookup }, { createBudgetResets, createLedger, createLogCleanup }] = await Promise.all([
    import('@stagegate/gateway-engine/tenants'),
    import('@stagegate/gateway-engine/spend'),
  ]);
  const coordination = redis?.coordination;
  const shared = coordination === undefined ? undefined : createSharedSums({ redis: coordination, clock: systemClock });
  const sums = shared ?? createMemorySums(systemClock);
  const ledger = createLedger({
    store,
    clock: systemClock,
    log,
    keepsLogs: () => current().spendLogsOff !== true,
    keepsErrors: () => current().errorLogsOff !== true,
    proxyBudget: () => current().proxyBudget,
    sums,
    redis: coordination,
  });
  const endUserBudgetId = (): string | undefined => current().endUserBudgetId;
  const resets = createBudgetResets({ store, clock: systemClock, log, endUserBudgetId });
  const cleanup = createLogCleanup({ store, clock: systemClock, log, retention: () => current().logRetention });
  const acceptsUnenforced = acceptMissing.includes(KEY_LIMITS);
  return {
    parts: {
      keys: createKeyLookup({ store, clock: systemClock, acceptsUnenforced, meters: ledger.meters, sums, endUserBudgetId }),
      store,
      spending: ledger,
    },
    close: async () => {
      resets.close();
      cleanup.close();
      await ledger.close();
      await shared?.close();
    },
  };
}

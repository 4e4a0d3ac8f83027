import { eq, sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { users } from '../schema/index.ts';

/** The user whose row holds what the whole proxy has spent. Source: LiteLLM 1.106.2, constants.py. */
export const PROXY_BUDGET_USER = 'litellm-proxy-budget';

/** An addition to the proxy's spend, and the budget that its row is to have. */
export interface ProxySpend {
  readonly usd: number;
  readonly maxUsd: number;
  readonly duration: string | undefined;
  /** The time of its next reset, where the row has none yet. */
  readonly resetAt: Date | undefined;
}

/** The spend of the whole proxy, USD; 0 before the first call. */
export async function findProxySpend(database: Database): Promise<number> {
  const [row] = await database.select({ spend: users.spend }).from(users).where(eq(users.user_id, PROXY_BUDGET_USER)).limit(1);
  return row?.spend ?? 0;
}

/** Adds to the proxy's spend. A row without a reset time holds the spend of its whole life and not of one period, so it is first set to 0. */
export async function addToProxySpend(transaction: Database, { usd, maxUsd, duration, resetAt }: ProxySpend): Promise<void> {
  await transaction
    .insert(users)
    .values({
      user_id: PROXY_BUDGET_USER,
      spend: usd,
      max_budget: maxUsd,
      budget_duration: duration ?? null,
      budget_reset_at: resetAt ?? null,
      models: [],
    })
    .onConflictDoUpdate({
      target: users.user_id,
      set: {
        spend: sql`CASE WHEN ${users.budget_reset_at} IS NULL AND excluded.budget_reset_at IS NOT NULL THEN 0 ELSE ${users.spend} END + excluded.spend`,
        max_budget: maxUsd,
        budget_duration: duration ?? null,
        budget_reset_at: sql`coalesce(${users.budget_reset_at}, excluded.budget_reset_at)`,
      },
    });
}

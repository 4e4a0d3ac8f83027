import type { ManagedCall } from '../../ports/index.ts';
import { pythonIsoInstant } from '../../text/index.ts';
import type { ManagementParts } from '../parts.ts';
import { refuse } from '../refusal.ts';

/** GET /provider/budgets: each provider's budget, and its spend in the current period. */
export async function showProviderBudgets({ config, sums }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const budgets = config.router?.budgets?.providers ?? new Map<string, never>();
  if (budgets.size === 0) throw refuse(500, 'No provider budget config found. Set router_settings.provider_budget_config.');
  return {
    providers: Object.fromEntries(
      [...budgets].map(([id, { maxUsd, window }]) => {
        const spend = sums.read(window);
        const endsMs = sums.endsMs(window);
        const budget_reset_at = endsMs === undefined ? null : pythonIsoInstant(endsMs);
        return [id, { budget_limit: maxUsd, time_period: window.duration, spend, budget_reset_at }];
      }),
    ),
  };
}

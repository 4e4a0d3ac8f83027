import type { JsonObject } from '@stagegate/core-transforms';
import { refuseInDetail } from './refusal.ts';

/** What a spend may be set to: no less than nothing, no more than it is or than the budget. In USD. Source: LiteLLM 1.106.2. */
export function readResetTo(body: JsonObject, spend: number, budgets: readonly (number | null | undefined)[]): number {
  const { reset_to: to } = body;
  if (typeof to !== 'number') throw refuseInDetail(400, { error: 'reset_to must be a float' });
  if (to < 0) throw refuseInDetail(400, { error: 'reset_to must be >= 0' });
  if (to > spend) throw refuseInDetail(400, { error: `reset_to (${to}) must be <= current spend (${spend})` });
  const least = Math.min(...budgets.map((budget) => budget ?? Infinity));
  if (to > least) throw refuseInDetail(400, { error: `reset_to (${to}) must be <= budget (${least})` });
  return to;
}

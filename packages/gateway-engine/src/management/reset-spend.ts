import type { JsonObject } from '@stagegate/core-transforms';
import { refuseInDetail, refuseInvalid } from './refusal.ts';

/** Reads what a spend is reset to, in USD: from 0 to the present spend and the budget. Throws a Refusal for others. Source: LiteLLM 1.106.2. */
export function readResetTo(body: JsonObject, spend: number, budgets: readonly (number | null | undefined)[]): number {
  const { reset_to: to } = body;
  if (to === undefined) throw refuseInvalid([{ type: 'missing', loc: ['body', 'reset_to'], msg: 'Field required' }]);
  if (typeof to !== 'number') throw refuseInDetail(400, { error: 'reset_to must be a float' });
  if (to < 0) throw refuseInDetail(400, { error: 'reset_to must be >= 0' });
  if (to > spend) throw refuseInDetail(400, { error: `reset_to (${to}) must be <= current spend (${spend})` });
  const least = Math.min(...budgets.map((budget) => budget ?? Infinity));
  if (to > least) throw refuseInDetail(400, { error: `reset_to (${to}) must be <= budget (${least})` });
  return to;
}

import type { JsonObject } from '@stagegate/core-transforms';
import type { BudgetRow } from '../store/index.ts';
import { pythonNumber } from '../text/index.ts';
import { toBudgetReset } from './durations.ts';
import type { Fields } from './read-fields.ts';
import { refuseInDetail } from './refusal.ts';

/** The members of a budget in a body. */
export const BUDGET_FIELDS: Fields = {
  max_budget: 'number',
  soft_budget: 'number',
  max_parallel_requests: 'integer',
  tpm_limit: 'integer',
  rpm_limit: 'integer',
  tpd_limit: 'integer',
  model_max_budget: 'object',
  budget_duration: 'text',
  allowed_models: 'texts',
};

/** The columns of a budget that were sent, and the time of its next reset; undefined: none were sent. */
export function toBudgetColumns(fields: JsonObject, nowMs: number): Partial<BudgetRow> | undefined {
  for (const name of ['max_budget', 'soft_budget'] as const) {
    const value = fields[name];
    if (typeof value === 'number' && value < 0) {
      throw refuseInDetail(400, { error: `${name} must be a non-negative finite number. Received: ${pythonNumber(value)}` });
    }
  }
  const sent = Object.keys(BUDGET_FIELDS).flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]));
  if (sent.length === 0) return undefined;
  return { ...Object.fromEntries(sent), ...toBudgetReset(fields['budget_duration'], nowMs) };
}

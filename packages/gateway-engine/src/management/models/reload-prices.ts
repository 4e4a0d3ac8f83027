import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { readCount } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';

const FROM_HERE = 'prices come with Stagegate, and are fetched from nowhere';
const HOURS = { absent: 0, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/** POST /reload/model_cost_map: refused as the reference does when it cannot fetch prices; they stay as they are. */
export async function reloadPrices(_parts: ManagementParts, _call: ManagedCall): Promise<never> {
  throw refuseInDetail(502, `Failed to reload model cost map: ${FROM_HERE}. Current pricing data was kept.`);
}

/** POST /schedule/model_cost_map_reload: refused, because no reload would ever happen. */
export async function scheduleReload(_parts: ManagementParts, { query }: ManagedCall): Promise<never> {
  if (!query.has('hours')) throw refuseInvalid([{ type: 'missing', loc: ['query', 'hours'], msg: 'Field required' }]);
  if (readCount(query, 'hours', HOURS) <= 0) throw refuseInDetail(400, 'Hours must be greater than 0');
  throw refuseInDetail(400, `Failed to schedule model cost map reload: ${FROM_HERE}.`);
}

/** DELETE /schedule/model_cost_map_reload: succeeds, as there is never a schedule to cancel. */
export async function cancelReload({ clock }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { message: 'Model cost map reload schedule cancelled', status: 'success', timestamp: new Date(clock.nowMs()).toISOString() };
}

/** GET /schedule/model_cost_map_reload/status */
export async function showReload(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { scheduled: false, interval_hours: null, last_run: null, next_run: null, source_revision: null, etag: null };
}

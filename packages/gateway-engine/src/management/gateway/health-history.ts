import type { ManagedCall } from '../../ports/index.ts';
import { latestHealth, tables, type HealthCheckRow } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readCount, readText } from '../read-query.ts';
import { pythonIsoInstant } from '../../text/index.ts';

/** GET /health/history: findings of health checks, newest first. */
export async function showHealthHistory(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const limit = readCount(query, 'limit', { absent: 100, min: 1, max: 1_000 });
  const offset = readCount(query, 'offset', { absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
  const where = { model_name: readText(query, 'model'), status: readText(query, 'status_filter') };
  const rows = await ask(parts, (database) =>
    tables.healthChecks.list(database, where, { sortBy: 'checked_at', descending: true, offset, limit }),
  );
  return { health_checks: rows.map(toShown), total_records: rows.length, limit, offset };
}

/** GET /health/latest: the last finding of each deployment, by its id. */
export async function showLatestHealth(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, latestHealth);
  const byId = Object.fromEntries(rows.map((row) => [row.model_id ?? row.model_name, toShown(row)]));
  return { latest_health_checks: byId, total_models: Object.keys(byId).length };
}

/** The reference writes these two times differently from all others. */
function toShown({ updated_at: _updated, checked_at: checkedAt, created_at: createdAt, ...row }: HealthCheckRow): object {
  return { ...row, checked_at: pythonIsoInstant(checkedAt.getTime()), created_at: pythonIsoInstant(createdAt.getTime()) };
}

import { desc } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { healthChecks, type HealthCheckRow } from '../schema/index.ts';

/** The last finding of each deployment. cost: one query over an index. */
export function latestHealth(database: Database): Promise<HealthCheckRow[]> {
  const { model_id: id, model_name: name, checked_at: at } = healthChecks;
  return database.selectDistinctOn([id, name]).from(healthChecks).orderBy(id, name, desc(at));
}

import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '../config/index.ts';
import type { HealthReport, Log } from '../ports/index.ts';
import { latestHealth, tables, type HealthCheckRow, type Store } from '../store/index.ts';

/** A report, and how it came to be. */
export interface MadeReport {
  readonly report: HealthReport;
  readonly config: Pick<LoadedConfig, 'deployments'>;
  /** Of the whole check. */
  readonly tookMs: number;
  /** The user who asked; undefined: it was a background check. */
  readonly askedBy: string | undefined;
}

/** A finding that does not change is stored again after this time. Source: LiteLLM 1.106.2. */
const AGAIN_MS = 3_600_000;
const ERROR_LENGTH_MAX = 500;

/** Stores what a check has found: all of it where somebody asked, else what is new. If that fails, no answer changes. */
export async function keepHealth(store: Store, log: Log, { report, config, tookMs, askedBy }: MadeReport, nowMs: number): Promise<void> {
  const groups = new Map(config.deployments.map(({ id, modelGroup }) => [id, modelGroup]));
  const toRow = (healthy: boolean) => (shown: JsonObject) => ({
    model_name: groups.get(String(shown['model_id'])) ?? String(shown['model']),
    model_id: String(shown['model_id']),
    status: healthy ? 'healthy' : 'unhealthy',
    healthy_count: healthy ? 1 : 0,
    unhealthy_count: healthy ? 0 : 1,
    error_message: healthy || typeof shown['error'] !== 'string' ? null : shown['error'].slice(0, ERROR_LENGTH_MAX),
    response_time_ms: tookMs,
    checked_by: askedBy ?? null,
    checked_at: new Date(nowMs),
  });
  const rows = [...report.healthy.map(toRow(true)), ...report.unhealthy.map(toRow(false))];
  const kept = await store.manage.transact(async (transaction) => {
    const latest = new Map(askedBy === undefined ? (await latestHealth(transaction)).map((row) => [row.model_id, row]) : []);
    for (const row of rows) {
      if (isNews(latest.get(row.model_id), row.status, nowMs)) await tables.healthChecks.insert(transaction, row);
    }
  });
  if (!kept.ok) log.warn('health-not-kept', { why: kept.error.message });
}

function isNews(last: HealthCheckRow | undefined, status: string, nowMs: number): boolean {
  return last === undefined || last.status !== status || nowMs - last.checked_at.getTime() >= AGAIN_MS;
}

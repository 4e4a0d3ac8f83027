import type { JsonObject } from '@stagegate/core-transforms';
import type { ConfiguredDeployment } from '../../config/index.ts';
import type { Caller, HealthReport, ManagedCall } from '../../ports/index.ts';
import { nameOf } from '../viewers.ts';
import type { ManagementParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { Refusal, refuseInDetail } from '../refusal.ts';

/** The members of a finding that are shown when details are switched off. */
const SHOWN_WITHOUT_DETAILS: ReadonlySet<string> = new Set(['model', 'mode_error', 'model_id', 'exception_status']);

/**
 * GET /health: the findings of the last background check; without background checks every deployment is asked now. `model` or `model_id`
 * limits it to those deployments, and then answers 503 when none of them is healthy.
 */
export async function showHealth(parts: ManagementParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { config, health } = parts;
  const [model, id] = [readText(query, 'model'), readText(query, 'model_id')];
  const rows = find(config.deployments, model, id);
  if (id !== undefined && rows.length === 0) throw refuseInDetail(404, { error: `Model with ID ${id} not found` });
  const ids = new Set(rows.map((row) => row.id));
  const report = config.health.background ? among(health.latest(), ids) : await checkNow(parts, caller, ids);
  const shown = config.health.details ? report : withoutDetails(report);
  const body = {
    healthy_endpoints: [...shown.healthy],
    unhealthy_endpoints: [...shown.unhealthy],
    healthy_count: shown.healthy.length,
    unhealthy_count: shown.unhealthy.length,
  };
  if ((model ?? id) !== undefined && body.healthy_count === 0) throw new Refusal(503, 'none is healthy', body);
  return body;
}

/** GET /health/shared-status: whether instances share health checks, which of them checks now, and how old its findings are. */
export async function showSharing({ config, health }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  if (!config.health.shared || !config.health.background)
    return { shared_health_check_enabled: false, message: 'Shared health check is not enabled' };
  const status = await health.sharing();
  if (status === undefined) return { shared_health_check_enabled: true, redis_available: false, message: 'Redis is not configured' };
  return { shared_health_check_enabled: true, status };
}

async function checkNow(
  { config, health, store, log, clock }: ManagementParts,
  caller: Caller,
  ids: ReadonlySet<string>,
): Promise<HealthReport> {
  const startMs = clock.nowMs();
  const report = await health.check(ids);
  if (store === undefined) return report;
  const { keepHealth } = await import('../../health/keep-health.ts');
  const nowMs = clock.nowMs();
  await keepHealth(store, log, { report, config, tookMs: nowMs - startMs, askedBy: nameOf(caller) }, nowMs);
  return report;
}

/** The deployments of a model group, or, where no group has that name, those of a provider's model. */
function find(
  deployments: readonly ConfiguredDeployment[],
  model: string | undefined,
  id: string | undefined,
): readonly ConfiguredDeployment[] {
  if (id !== undefined) return deployments.filter((row) => row.id === id);
  if (model === undefined) return deployments;
  const group = deployments.filter(({ modelGroup }) => modelGroup === model);
  return group.length > 0 ? group : deployments.filter(({ underlyingModel }) => underlyingModel === model);
}

function among(report: HealthReport | undefined, ids: ReadonlySet<string>): HealthReport {
  const asked = ({ model_id: id }: JsonObject): boolean => ids.has(String(id));
  return { healthy: report?.healthy.filter(asked) ?? [], unhealthy: report?.unhealthy.filter(asked) ?? [] };
}

function withoutDetails({ healthy, unhealthy }: HealthReport): HealthReport {
  return { healthy: healthy.map(strip), unhealthy: unhealthy.map(strip) };
}

function strip(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => SHOWN_WITHOUT_DETAILS.has(name)));
}

import type { LoadedConfig } from '../config/index.ts';
import type { Clock, RoutingCounters } from '../ports/index.ts';
import { createRouter, failureOfStatus } from '../routing/index.ts';
import type { DatedReport } from './shared-report.ts';

/** The statuses that the reference takes for transient. */
const TRANSIENT: ReadonlySet<unknown> = new Set([408, 429]);

/** Tells the router of a report, if it wants to know: unhealthy deployments are left out, and count one more failure. */
export function noteHealth(
  { counters, clock }: { readonly counters: RoutingCounters; readonly clock: Clock },
  config: LoadedConfig,
  { healthy, unhealthy, madeMs }: DatedReport,
  own: boolean,
): void {
  const rules = config.router?.healthRouting;
  if (rules === undefined) return;
  const nowMs = clock.monotonicMs();
  const untilMs = nowMs + rules.staleSeconds * 1000 - (clock.nowMs() - madeMs);
  const router = createRouter(config, counters, () => 0);
  for (const { model_id: id } of healthy) counters.noteHealth(String(id), 0, nowMs);
  for (const { model_id: id, exception_status: status } of unhealthy) {
    const deployment = config.deployments.find((row) => row.id === id);
    // Without a status no provider was asked: the deployment may be healthy.
    if (deployment === undefined || status === undefined) continue;
    if (rules.ignoresTransient && TRANSIENT.has(status)) {
      counters.noteHealth(deployment.id, 0, nowMs);
      continue;
    }
    counters.noteHealth(deployment.id, untilMs, nowMs);
    if (!own) continue;
    const group = config.deployments.filter(({ modelGroup }) => modelGroup === deployment.modelGroup);
    const request = {
      target: { group: deployment.modelGroup },
      deployments: group,
      body: {},
      headers: { header: () => undefined },
      stream: false,
      refusedBy: [],
      callerKey: undefined,
    };
    router.failed(request, deployment, failureOfStatus(Number(status)), nowMs);
  }
}

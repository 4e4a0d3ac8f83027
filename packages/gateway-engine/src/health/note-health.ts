import type { LoadedConfig } from '../config/index.ts';
import type { Clock, RoutingCounters } from '../ports/index.ts';
import { createRouter, failureOfStatus } from '../routing/index.ts';
import type { DatedReport } from './shared-report.ts';

/** What the reference takes for a state that passes. */
const TRANSIENT: ReadonlySet<unknown> = new Set([408, 429]);

/** Tells the router what a report has found, if it wants to know: who is ill is left out, and has failed once more. */
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
    // Without a status nobody was asked: it may be well.
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

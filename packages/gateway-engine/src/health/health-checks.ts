import type { ChooseTransform, JsonObject } from '@stagegate/core-transforms';
import type { ConfiguredDeployment, LoadedConfig } from '../config/index.ts';
import {
  noCredentials,
  type Clock,
  type Credentials,
  type HealthChecks,
  type HealthReport,
  type Ids,
  type Log,
  type Redis,
  type RoutingCounters,
  type Upstream,
} from '../ports/index.ts';
import type { Store } from '../store/index.ts';
import { noteHealth } from './note-health.ts';
import { readRow } from './read-row.ts';
import { SharedReport, type DatedReport } from './shared-report.ts';

/** What health checks are made with, under any configuration. */
export interface HealthParts {
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
  readonly counters: RoutingCounters;
  /** Undefined: every instance checks for itself. */
  readonly redis: Redis | undefined;
  /** Where findings are stored; absent: nowhere. */
  readonly store?: Store | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Health checks, for as long as a gateway serves. */
export interface HealthService extends HealthChecks {
  /** What is to be checked from now on, and how. */
  readonly follow: (served: Served) => void;
  readonly close: () => void;
}

interface Served {
  readonly config: LoadedConfig;
  readonly credentials: Credentials;
}

/** With a Redis: how often an instance looks for news, or whether it is its turn to check. */
const LOOK_SECONDS = 5;
/** While Redis is not reached yet: soon it is, or is known to be away. */
const LOOK_SOON_SECONDS = 0.1;

/** Makes the checks. None runs before `follow` asks for it, or somebody wants to know. */
export function createHealthChecks(parts: HealthParts): HealthService {
  return new Service(parts);
}

class Service implements HealthService {
  readonly #parts: HealthParts;
  readonly #shared: SharedReport | undefined;
  #served: Served | undefined;
  #latest: DatedReport | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #looking = false;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    const { redis, clock, ids } = parts;
    this.#shared = redis === undefined ? undefined : new SharedReport(redis, clock, ids.callId());
  }

  follow(served: Served): void {
    this.#served = served;
    clearTimeout(this.#timer);
    const { background, intervalSeconds } = served.config.health;
    if (!background || intervalSeconds <= 0) this.#latest = undefined;
    // A new configuration does not repeat a recent check; nor do many of them put the next one off.
    else if (!this.#looking) this.#lookIn(Math.max(0, Math.min(this.#lookSeconds(served), intervalSeconds - this.#ageSeconds())));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  latest(): HealthReport | undefined {
    return this.#latest;
  }

  sharing(): Promise<JsonObject> | undefined {
    return this.#shared?.describe();
  }

  async check(ids: ReadonlySet<string>): Promise<DatedReport> {
    const { config, credentials } = this.#served ?? {};
    const madeMs = this.#parts.clock.nowMs();
    if (config === undefined || credentials === undefined) return { healthy: [], unhealthy: [], madeMs };
    const { leavesOutAlways, atOnceMax } = config.health;
    const rows = config.deployments.filter((row) => ids.has(row.id) && !(leavesOutAlways && isLeftOut(row)));
    // Loaded by the first check.
    const { askDeployment } = await import('./ask-deployment.ts');
    const findings = await mapAtMost(rows, atOnceMax ?? rows.length, (row) => askDeployment({ ...this.#parts, config, credentials }, row));
    const rowsOf = (healthy: boolean): JsonObject[] => findings.filter((one) => one.healthy === healthy).map(({ shown }) => shown);
    return { healthy: rowsOf(true), unhealthy: rowsOf(false), madeMs };
  }

  async checkRow(row: JsonObject): Promise<HealthReport | { readonly problem: string }> {
    const read = readRow(row);
    if (typeof read === 'string') return { problem: read };
    const { config, deployment } = read;
    const { askDeployment } = await import('./ask-deployment.ts');
    const { healthy, shown } = await askDeployment({ ...this.#parts, config, credentials: noCredentials }, deployment);
    return { healthy: healthy ? [shown] : [], unhealthy: healthy ? [] : [shown] };
  }

  #lookIn(seconds: number): void {
    this.#timer = setTimeout(() => void this.#look(), seconds * 1000);
    this.#timer.unref();
  }

  #ageSeconds(): number {
    return (this.#parts.clock.nowMs() - (this.#latest?.madeMs ?? -Infinity)) / 1000;
  }

  #lookSeconds({ config: { health } }: Served): number {
    if (this.#shared?.isConnecting() === true) return LOOK_SOON_SECONDS;
    return this.#shared !== undefined && health.shared ? Math.min(LOOK_SECONDS, health.intervalSeconds) : health.intervalSeconds;
  }

  async #look(): Promise<void> {
    const served = this.#served;
    if (served === undefined) return;
    this.#looking = true;
    try {
      await this.#lookOnce(served);
    } catch (bug) {
      this.#parts.log.error('health-check', { message: String(bug) });
    }
    this.#looking = false;
    const now = this.#served;
    if (!this.#closed && now !== undefined && now.config.health.background) this.#lookIn(this.#lookSeconds(now));
  }

  async #lookOnce(served: Served): Promise<void> {
    const { health } = served.config;
    const shared = health.shared ? this.#shared : undefined;
    const found = await shared?.find(health.intervalSeconds * 1000);
    if (found?.kind === 'busy') return;
    const latest = this.#latest;
    const young = latest !== undefined && this.#ageSeconds() < health.intervalSeconds;
    // A check that was made while Redis was away is as good as a new one.
    if (found?.kind === 'yours' && young) return shared?.tell(latest, health.intervalSeconds);
    if (found?.kind === 'report') return this.#take(served, found.report, false);
    // Without Redis this instance goes by its own interval, though it looks more often.
    if (found?.kind === 'alone' && young) return;
    const rows = served.config.deployments.filter((row) => !isLeftOut(row) && (health.groups?.has(row.modelGroup) ?? true));
    const report = await this.check(new Set(rows.map(({ id }) => id)));
    if (found?.kind === 'yours') await shared?.tell(report, health.intervalSeconds);
    this.#take(served, report, true);
    await this.#keep(served, report);
  }

  /** Loaded with the first finding, where there is a database. */
  async #keep({ config }: Served, report: DatedReport): Promise<void> {
    const { store, log, clock } = this.#parts;
    if (store === undefined) return;
    const { keepHealth } = await import('./keep-health.ts');
    const nowMs = clock.nowMs();
    await keepHealth(store, log, { report, config, tookMs: nowMs - report.madeMs, askedBy: undefined }, nowMs);
  }

  /** `own`: made by this instance. What another one found is not counted as a failure here again. */
  #take(served: Served, report: DatedReport, own: boolean): void {
    if (report.madeMs === this.#latest?.madeMs) return;
    const ill = new Set((this.#latest?.unhealthy ?? []).map(({ model_id: id }) => id));
    for (const { model_id: id, model } of report.unhealthy) {
      if (!ill.has(id)) this.#parts.log.warn('unhealthy', { deployment: String(id), model: String(model) });
      ill.delete(id);
    }
    for (const id of ill) this.#parts.log.info('healthy-again', { deployment: String(id) });
    this.#latest = report;
    noteHealth(this.#parts, served.config, report, own);
  }
}

function isLeftOut({ modelInfo }: ConfiguredDeployment): boolean {
  return modelInfo['disable_background_health_check'] === true;
}

/** Maps in order, with at most so many at a time. */
async function mapAtMost<In, Out>(items: readonly In[], atOnceMax: number, map: (item: In) => Promise<Out>): Promise<readonly Out[]> {
  const results: Out[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const at = next;
      next += 1;
      results[at] = await map(items[at] as In);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, work));
  return results;
}

import { parseJson, type JsonObject } from '@stagegate/core-transforms';
import type { Clock, HealthReport, Redis, RedisFailure } from '../ports/index.ts';

/** A report, and when it was made. */
export interface DatedReport extends HealthReport {
  /** Wall clock. */
  readonly madeMs: number;
}

interface KeptReport extends DatedReport {
  readonly checkedBy: string | null;
}

/** What an instance finds when it looks whether it has to check. `yours`: it has to, and no other one does meanwhile. */
export type SharedFinding = { readonly kind: 'report'; readonly report: DatedReport } | { readonly kind: 'yours' | 'busy' | 'alone' };

/** The least that the reference keeps both keys: an instance that dies while checking blocks the others no longer than that. */
const LOCK_SECONDS = '60';
const KEEP_SECONDS = 300;

/** Releases the lock. KEYS: the lock. ARGV: its owner. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Health reports in Redis, so that one instance checks for all, under the reference's keys and values.
 *
 * source: LiteLLM 1.106.2, proxy/health_check_utils/shared_health_check_manager.py.
 */
export class SharedReport {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #instance: string;

  constructor(redis: Redis, clock: Clock, instance: string) {
    this.#redis = redis;
    this.#clock = clock;
    this.#instance = instance;
  }

  /** True while it is not known yet whether Redis can be reached. */
  isConnecting(): boolean {
    return this.#redis.state() === 'connecting';
  }

  /** A report younger than this; else whether it is this instance's turn. `alone`: Redis does not answer. */
  async find(youngerThanMs: number): Promise<SharedFinding> {
    if (this.isConnecting()) return { kind: 'busy' };
    const kept = await this.#redis.send(['GET', this.#redis.key('health_check_results')]);
    if (!kept.ok) return withoutAnswer(kept.error);
    const report = typeof kept.value === 'string' ? readReport(kept.value) : undefined;
    if (report !== undefined && this.#clock.nowMs() - report.madeMs < youngerThanMs) return { kind: 'report', report };
    const lock = ['SET', this.#redis.key('health_check_lock'), JSON.stringify(this.#instance), 'NX', 'EX', LOCK_SECONDS];
    const taken = await this.#redis.send(lock);
    if (!taken.ok) return withoutAnswer(taken.error);
    return { kind: taken.value === 'OK' ? 'yours' : 'busy' };
  }

  /** Who checks now, and how old the last report is, in the shape of the reference's get_health_check_status. */
  async describe(): Promise<JsonObject> {
    const lead = { pod_id: this.#instance, redis_available: true, lock_ttl: Number(LOCK_SECONDS), cache_ttl: KEEP_SECONDS };
    const [lock, kept] = await Promise.all(
      ['health_check_lock', 'health_check_results'].map((name) => this.#redis.send(['GET', this.#redis.key(name)])),
    );
    if (lock?.ok !== true || kept?.ok !== true) return { ...lead, error: 'Redis does not answer' };
    const report = typeof kept.value === 'string' ? readReport(kept.value) : undefined;
    const owner = typeof lock.value === 'string' ? parseJson(lock.value) : null;
    return {
      ...lead,
      lock_owner: typeof owner === 'string' ? owner : null,
      lock_in_progress: lock.value !== null,
      cache_available: report !== undefined,
      ...(report !== undefined && { cache_age_seconds: (this.#clock.nowMs() - report.madeMs) / 1000, last_checked_by: report.checkedBy }),
    };
  }

  /** Publishes a report, and releases what `find` has locked. */
  async tell({ healthy, unhealthy, madeMs }: DatedReport, intervalSeconds: number): Promise<void> {
    const keep = String(Math.ceil(Math.max(KEEP_SECONDS, intervalSeconds)));
    const kept = JSON.stringify({
      healthy_endpoints: healthy,
      unhealthy_endpoints: unhealthy,
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
      timestamp: madeMs / 1000,
      checked_by: this.#instance,
    });
    await this.#redis.send(['SET', this.#redis.key('health_check_results'), kept, 'EX', keep]);
    await this.#redis.run(RELEASE, [this.#redis.key('health_check_lock')], [JSON.stringify(this.#instance)]);
  }
}

/** An answer that was merely late may be in time next time. */
function withoutAnswer({ kind }: RedisFailure): SharedFinding {
  return { kind: kind === 'hung' ? 'busy' : 'alone' };
}

/** out: undefined for anything but a report. The reference stores JSON, or JSON in a JSON string. */
function readReport(kept: string): KeptReport | undefined {
  const once = parseJson(kept);
  const value = typeof once === 'string' ? parseJson(once) : once;
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    healthy_endpoints: healthy,
    unhealthy_endpoints: unhealthy,
    timestamp,
    checked_by: by,
  } = value as Readonly<Record<string, unknown>>;
  if (!isRows(healthy) || !isRows(unhealthy) || typeof timestamp !== 'number') return undefined;
  return { healthy, unhealthy, madeMs: timestamp * 1000, checkedBy: typeof by === 'string' ? by : null };
}

function isRows(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null);
}

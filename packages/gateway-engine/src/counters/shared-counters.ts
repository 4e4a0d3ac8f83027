import type { AllowedFails, Clock, DeploymentCounts, GatewayConfig, Redis, RoutingCounters } from '../ports/index.ts';
import { AffinityExchange } from './affinity-exchange.ts';
import { CooldownExchange } from './cooldown-exchange.ts';
import { CountExchange } from './count-exchange.ts';
import { InFlightExchange } from './in-flight-exchange.ts';
import { type Counted, MemoryCounters } from './memory-counters.ts';
import { COUNT } from './scripts.ts';
import { createSharedRooms } from './shared-rooms.ts';
import { createSharedSums, type SharedSums } from './shared-sums.ts';

/** What shared counters are made with. */
export interface SharedCountersOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** This instance's name among those that share. */
  readonly instance: string;
}

/** Counters that several instances share. */
export interface SharedCounters extends RoutingCounters {
  /** Tells which deployments the configuration has, and what is to be shared of them. Called again when it is replaced. */
  readonly follow: (config: Pick<GatewayConfig, 'deployments' | 'router'>) => void;
  readonly close: () => void;
}

/** Own counts are written this often … */
const TELL_MS = 100;
/** … and those of others are read every so many times. */
const TELLS_PER_LOOK = 4;

/**
 * Counters of one process that are shared with others through Redis: cooldowns and probes, counts of the minute, calls in flight,
 * affinities. Decisions are made on what this process knows. No call waits for Redis, except to deployments with `itpm` or `otpm`, and
 * while Redis is away each process goes on alone.
 */
export function createSharedCounters(options: SharedCountersOptions): SharedCounters {
  return new Counters(options);
}

class Counters extends MemoryCounters implements SharedCounters {
  readonly #clock: Clock;
  readonly #redis: Redis;
  readonly #sums: SharedSums;
  readonly #counts: CountExchange;
  readonly #cooldowns: CooldownExchange;
  readonly #inFlight: InFlightExchange;
  readonly #affinities: AffinityExchange;
  readonly #timer: NodeJS.Timeout;
  /** Deployments that are alone in their group: a call that is kept away from one has nowhere else to go. */
  #alone: ReadonlySet<string> = new Set();
  /** Whether a strategy reads calls in flight, and whether calls stay with a deployment. */
  #sharesInFlight = false;
  #sharesAffinities = false;
  #ticks = 0;
  #busy = false;

  constructor({ redis, clock, instance }: SharedCountersOptions) {
    const sums = createSharedSums({ redis, clock });
    super(sums, createSharedRooms({ redis, clock }));
    this.#sums = sums;
    this.#clock = clock;
    this.#redis = redis;
    this.#counts = new CountExchange(redis, (id, counted, by, nowMs) => this.merge(id, counted, by, nowMs));
    this.#cooldowns = new CooldownExchange(redis, clock, instance, {
      cooled: (id, seconds, untilMs) => this.#hearCooldown(id, seconds, untilMs),
      well: (id) => super.recover(id),
      granted: (id) => super.dropProbe(id),
      halfOpen: (ids) => ids.filter((id) => isHalfOpen(super.read(id, clock.monotonicMs()), clock.monotonicMs())),
    });
    this.#inFlight = new InFlightExchange(redis, instance, {
      own: (id, nowMs) => super.read(id, nowMs)?.inFlight ?? 0,
      elsewhere: (id, count, nowMs) => this.noteElsewhere(id, count, nowMs),
    });
    this.#affinities = new AffinityExchange(redis, (key, id, seconds, nowMs) => super.keepAffinity(key, id, seconds, nowMs));
    this.#timer = setInterval(() => void this.#tick(), TELL_MS);
    this.#timer.unref();
  }

  follow({ deployments, router }: Pick<GatewayConfig, 'deployments' | 'router'>): void {
    const sizes = new Map<string, number>();
    for (const { modelGroup } of deployments) sizes.set(modelGroup, (sizes.get(modelGroup) ?? 0) + 1);
    this.#alone = new Set(deployments.filter(({ modelGroup }) => sizes.get(modelGroup) === 1).map(({ id }) => id));
    this.#counts.follow(new Map(deployments.map(({ id, underlyingModel }) => [id, underlyingModel])));
    this.#cooldowns.follow(deployments.map(({ id }) => id));
    const strategies = [router?.strategy, ...[...(router?.routingGroups.values() ?? [])].map(({ strategy }) => strategy)];
    this.#sharesInFlight = strategies.includes('least-busy');
    this.#sharesAffinities = router !== undefined && (router.checks.size > 0 || router.groupAffinities !== undefined);
  }

  close(): void {
    clearInterval(this.#timer);
    void this.#sums.close();
  }

  override read(id: string, nowMs: number): DeploymentCounts | undefined {
    const row = super.read(id, nowMs);
    if (!isHalfOpen(row, nowMs)) return row;
    if (this.#redis.state() !== 'ready' || this.#alone.has(id)) {
      if (row.probeUntilMs === Infinity) super.dropProbe(id);
      return row;
    }
    if (row.probeUntilMs <= nowMs && !this.#cooldowns.mayProbe(id, nowMs)) this.holdProbe(id);
    if (row.probeUntilMs === Infinity) this.#cooldowns.askForProbe(id, nowMs);
    return row;
  }

  override beginProbe(id: string, nowMs: number): boolean {
    // Reading the row is what asks for the probe.
    const probing = isHalfOpen(this.read(id, nowMs), nowMs);
    const began = super.beginProbe(id, nowMs);
    if (probing && began) this.#cooldowns.keepProbe(id);
    return began;
  }

  override dropProbe(id: string): void {
    super.dropProbe(id);
    this.#cooldowns.dropProbe(id);
  }

  override coolDown(id: string, seconds: number, nowMs: number): void {
    super.coolDown(id, seconds, nowMs);
    this.#cooldowns.tell(id, { seconds, untilMs: nowMs + seconds * 1000 });
  }

  override recover(id: string): void {
    const row = super.read(id, this.#clock.monotonicMs());
    if (row === undefined || row.coolUntilMs === 0) return;
    super.recover(id);
    this.#cooldowns.tell(id, 'well');
  }

  override began(id: string, nowMs: number): void {
    super.began(id, nowMs);
    this.#count(id, 'requests', 1, nowMs);
    if (this.#sharesInFlight) this.#inFlight.changed(id, nowMs);
  }

  override ended(id: string, nowMs: number): void {
    super.ended(id, nowMs);
    if (this.#sharesInFlight) this.#inFlight.changed(id, nowMs);
  }

  override succeeded(id: string, nowMs: number): void {
    super.succeeded(id, nowMs);
    this.#count(id, 'successes', 1, nowMs);
  }

  override failed(id: string, nowMs: number): void {
    super.failed(id, nowMs);
    this.#count(id, 'failures', 1, nowMs);
  }

  override countFail(id: string, kind: string, rule: AllowedFails, nowMs: number): boolean {
    void this.#tellFail(id, kind, rule);
    return super.countFail(id, kind, rule, nowMs);
  }

  override addUsage(id: string, tokens: number, nowMs: number): void {
    super.addUsage(id, tokens, nowMs);
    this.#count(id, 'tokens', tokens, nowMs);
  }

  override keepAffinity(key: string, id: string, seconds: number, nowMs: number): void {
    super.keepAffinity(key, id, this.#sharesAffinities ? this.#tellAffinity(key, id, seconds, nowMs) : seconds, nowMs);
  }

  /**
   * Failures are rare: each is written by itself, so that the one that exceeds the allowance is noticed at once, on whichever instance.
   *
   * source of the key: LiteLLM 1.106.2, router_utils/cooldown_handlers.py.
   */
  async #tellFail(id: string, kind: string, { allowed, keepSeconds, seconds }: AllowedFails): Promise<void> {
    const key = this.#redis.key(`deployment:${id}:allowed_fails${kind === '' ? '' : `:${kind}`}`);
    const answer = await this.#redis.run(COUNT, [key], [String(Math.max(1, Math.ceil(keepSeconds))), '1']);
    const total = answer.ok && Array.isArray(answer.value) ? Number(answer.value[0]) : 0;
    const nowMs = this.#clock.monotonicMs();
    if (total > allowed && (super.read(id, nowMs)?.coolUntilMs ?? 0) <= nowMs) this.coolDown(id, seconds, nowMs);
  }

  /**
   * A call that stays with its deployment is written only when half of the time is over. out: for how long it is remembered, as on the
   * others.
   */
  #tellAffinity(key: string, id: string, seconds: number, nowMs: number): number {
    const kept = this.keptAffinity(key, nowMs);
    const leftSeconds = kept?.id === id ? (kept.untilMs - nowMs) / 1000 : 0;
    if (leftSeconds > seconds / 2) return leftSeconds;
    this.#affinities.tell(key, { id, untilMs: nowMs + seconds * 1000 });
    return seconds;
  }

  #count(id: string, counted: Counted, by: number, nowMs: number): void {
    this.#counts.add(id, counted, by, nowMs);
  }

  /** Another instance, or LiteLLM, has used it. */
  #hearCooldown(id: string, seconds: number, untilMs: number): void {
    const known = super.read(id, this.#clock.monotonicMs());
    if (known !== undefined && known.coolUntilMs >= untilMs - TELL_MS) return;
    super.coolDown(id, seconds, untilMs - seconds * 1000);
  }

  async #tick(): Promise<void> {
    if (this.#busy) return;
    if (this.#redis.state() !== 'ready') return this.#inFlight.forget(this.#clock.monotonicMs());
    this.#busy = true;
    const looks = this.#ticks % TELLS_PER_LOOK === 0;
    this.#ticks += 1;
    await this.#cooldowns.tellAll();
    await this.#counts.exchange(this.#clock.nowMs(), this.#clock.monotonicMs(), looks);
    if (this.#sharesInFlight) await this.#inFlight.exchange(this.#clock.monotonicMs(), looks);
    if (this.#sharesAffinities) await this.#affinities.exchange(this.#clock.monotonicMs(), looks);
    if (looks) await this.#cooldowns.look();
    this.#busy = false;
  }
}

function isHalfOpen(row: DeploymentCounts | undefined, nowMs: number): row is DeploymentCounts {
  return row !== undefined && row.coolUntilMs !== 0 && row.coolUntilMs <= nowMs;
}

/**
 * What a call must come to, told a second time: written from the rules in docs/routing.md, not from the code. Where the router
 * is a state machine over plain data, this is a recursion that is asked for its next step; where the router counts in slices
 * and rows, this keeps every event and counts them anew each time.
 */

export type Outcome = 'ok' | 'gone' | 400 | 401 | 402 | 404 | 408 | 409 | 429 | 500 | 503;

export type Step =
  | { readonly kind: 'ask'; readonly id: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'end'; readonly outcome: Outcome | 'none-left' };

export interface World {
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly retries: number;
  readonly cooldownMs: number;
  readonly depthMax: number;
  readonly attemptsMax: number;
  readonly allowedFails: number | undefined;
}

type Failure = Exclude<Outcome, 'ok'> | 'none-left';

interface Call {
  readonly steps: Generator<Step, Step, Outcome | undefined>;
}

/** Of one call: the group that was asked first, what was asked so far, and how it first failed. */
interface Progress {
  readonly origin: string;
  asked: number;
  first: Failure | undefined;
}

class Stopped extends Error {}

class Failed extends Error {
  readonly outcome: Failure;
  readonly by: string | undefined;
  constructor(outcome: Failure, by?: string) {
    super(String(outcome));
    this.outcome = outcome;
    this.by = by;
  }
}

/** The oracle: one world, one clock, any number of calls at once. */
export class Oracle {
  nowMs = 0;
  readonly #world: World;
  readonly #events: { id: string; ms: number; ok: boolean }[] = [];
  readonly #coolUntil = new Map<string, number>();
  readonly #probeUntil = new Map<string, number>();
  readonly #fails = new Map<string, { untilMs: number; count: number }>();
  readonly #calls: number[] = [];
  readonly #retries: number[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  begin(group: string): { readonly call: Call; readonly step: Step } {
    this.#calls.push(this.nowMs);
    const call = { steps: this.#whole(group) };
    return { call, step: call.steps.next().value };
  }

  /** The asked deployment has answered, or the wait is over. */
  go(call: Call, outcome?: Outcome): Step {
    return call.steps.next(outcome).value;
  }

  *#whole(group: string): Generator<Step, Step, Outcome | undefined> {
    const progress = { origin: group, asked: 0, first: undefined as Failure | undefined };
    try {
      yield* this.#group(group, 0, new Set([group]), progress);
      return { kind: 'end', outcome: 'ok' };
    } catch (error) {
      if (error instanceof Failed || error instanceof Stopped) return { kind: 'end', outcome: progress.first ?? 'none-left' };
      throw error;
    }
  }

  /** A group's own tries, then its fallbacks, each with all of its own. */
  *#group(group: string, depth: number, tried: Set<string>, progress: Progress): Generator<Step, void, Outcome | undefined> {
    let hops = depth;
    try {
      return yield* this.#tries(group, depth, progress);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const targets = this.#fallbacksOf(group, progress);
      if (hops >= this.#world.depthMax) throw error;
      for (const target of targets) {
        if (tried.has(target)) continue;
        tried.add(target);
        hops += 1;
        this.#pay(progress, group, error);
        try {
          return yield* this.#group(target, hops, tried, progress);
        } catch (again) {
          if (!(again instanceof Failed)) throw again;
        }
      }
      throw error;
    }
  }

  *#tries(group: string, depth: number, progress: Progress): Generator<Step, void, Outcome | undefined> {
    const refused: string[] = [];
    for (let retried = 0; ; retried += 1) {
      try {
        return yield* this.#ask(group, refused, progress);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        if (depth === 0) progress.first = error.outcome;
        if (error.outcome === 'gone' || progress.asked >= this.#world.attemptsMax) throw new Stopped();
        const all = this.#world.groups[group] ?? [];
        const well = all.filter((id) => this.#isFree(id)).length;
        if (retried >= this.#world.retries || !this.#mayRetry(error.outcome, all.length, well)) throw error;
        if (error.by !== undefined && (error.outcome === 401 || error.outcome === 402)) refused.push(error.by);
        const ms = all.length > 1 && well > 0 ? 0 : Math.min(500 * 2 ** retried, 8000);
        this.#pay(progress, group, error);
        if (ms > 0) yield { kind: 'wait', ms };
      }
    }
  }

  *#ask(group: string, refused: readonly string[], progress: Progress): Generator<Step, void, Outcome | undefined> {
    const free = (this.#world.groups[group] ?? []).filter((id) => this.#isFree(id));
    const id = free.find((one) => !refused.includes(one)) ?? free[0];
    if (id === undefined) throw new Failed('none-left');
    const probing = this.#coolUntil.has(id);
    if (probing) this.#probeUntil.set(id, this.nowMs + 10_000);
    const outcome = yield { kind: 'ask', id };
    if (outcome === 'ok') {
      this.#events.push({ id, ms: this.nowMs, ok: true });
      this.#heal(id);
      return;
    }
    progress.asked += 1;
    if (outcome === undefined) throw new Error('an answer was expected');
    this.#blame(id, group, outcome);
    throw new Failed(outcome, id);
  }

  /** Cooled down and over is half open: then one at a time. */
  #isFree(id: string): boolean {
    const until = this.#coolUntil.get(id);
    return until === undefined || (until <= this.nowMs && (this.#probeUntil.get(id) ?? 0) <= this.nowMs);
  }

  #heal(id: string): void {
    this.#coolUntil.delete(id);
    this.#probeUntil.delete(id);
  }

  #cool(id: string): void {
    this.#coolUntil.set(id, this.nowMs + this.#world.cooldownMs);
    this.#probeUntil.delete(id);
  }

  #blame(id: string, group: string, outcome: Exclude<Outcome, 'ok'>): void {
    const wasOut = this.#coolUntil.has(id);
    if (outcome === 'gone') return void this.#probeUntil.delete(id);
    if (![401, 402, 404, 408, 429, 500, 503].includes(outcome)) return wasOut ? this.#heal(id) : undefined;
    this.#events.push({ id, ms: this.nowMs, ok: false });
    const alone = this.#world.groups[group]?.length === 1;
    if (alone && outcome === 402) return;
    if (wasOut || this.#isTooOften(id, alone, outcome)) this.#cool(id);
  }

  #isTooOften(id: string, alone: boolean, outcome: number): boolean {
    const { allowedFails, cooldownMs } = this.#world;
    if (allowedFails !== undefined) {
      const known = this.#fails.get(id);
      const count = known !== undefined && known.untilMs > this.nowMs ? known : { untilMs: this.nowMs + cooldownMs, count: 0 };
      count.count += 1;
      this.#fails.set(id, count);
      return count.count > allowedFails;
    }
    if (outcome === 401 || outcome === 402 || outcome === 404) return true;
    if (outcome === 429 && !alone) return true;
    const minute = Math.floor(this.nowMs / 60_000);
    const recent = this.#events.filter((event) => event.id === id && Math.floor(event.ms / 60_000) === minute);
    const bad = recent.filter(({ ok }) => !ok).length;
    if (recent.length >= 1000 && bad === recent.length) return true;
    return !alone && recent.length >= 5 && bad * 2 > recent.length;
  }

  #mayRetry(outcome: Failure, all: number, well: number): boolean {
    if (outcome === 'none-left' || outcome === 'gone' || well === 0) return false;
    if (outcome === 401) return all > 1;
    return outcome === 408 || outcome === 409 || outcome === 429 || outcome >= 500;
  }

  /** A group's own; one that has none goes on with those of the group that was asked first. */
  #fallbacksOf(group: string, { origin }: Progress): readonly string[] {
    return this.#world.fallbacks[group] ?? this.#world.fallbacks[origin] ?? [];
  }

  /** One more attempt than the call's first: of the last ten seconds, a fifth of the calls and ten a second. */
  #pay(progress: Progress, group: string, { outcome, by }: Failed): void {
    if (progress.asked === 0) return;
    const oldest = Math.floor(this.nowMs / 1000) - 9;
    const within = (times: readonly number[]): number => times.filter((ms) => Math.floor(ms / 1000) >= oldest).length;
    if (within(this.#retries) + 1 <= 0.2 * within(this.#calls) + 100) {
      this.#retries.push(this.nowMs);
      return;
    }
    const blamed = typeof outcome === 'number' && [401, 402, 404, 408, 429, 500, 503].includes(outcome);
    if (by !== undefined && blamed && (this.#world.fallbacks[group] ?? []).length > 0) this.#cool(by);
    throw new Stopped();
  }
}

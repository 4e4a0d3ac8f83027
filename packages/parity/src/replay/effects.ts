import type { JsonObject } from '@stagegate/core-transforms';
import { createMemoryCounters } from '@stagegate/gateway-engine/counters';
import { silentLog, type Log, type LogFields, type RoutingCounters, type Spending } from '@stagegate/gateway-engine/ports';

/** Of what is logged, what two lanes should agree on: not ids, times or sentences. */
const COMPARED_FIELDS = ['status', 'kind'] as const;

/** What is counted about deployments, for routing and cooldowns. */
const COMPARED_COUNTS: ReadonlySet<string> = new Set(['succeeded', 'failed', 'countFail', 'coolDown', 'addUsage']);

/** What a lane does beside answering, one call at a time: what it logs and what it counts. */
export class EffectsProbe {
  #logged: string[] = [];
  #counted: string[] = [];
  #bug: string | undefined;
  #chargedUsd: number | undefined;
  #inner: RoutingCounters = createMemoryCounters();

  readonly #methods = new Map<string | symbol, (...given: readonly unknown[]) => unknown>();

  readonly log: Log = {
    ...silentLog,
    warn: (event, fields) => void this.#logged.push(`warn ${describe(event, fields)}`),
    error: (event, fields) => {
      this.#logged.push(`error ${describe(event, fields)}`);
      if (event === 'bug') this.#bug ??= String(fields?.['message'] ?? event);
    },
  };

  /**
   * Fresh for each call, or one recorded failure would cool a deployment down for the calls after it. A proxy, which intercepts only the
   * methods that are compared.
   */
  readonly counters: RoutingCounters = new Proxy(this.#inner, {
    get: (_, name) => {
      const known = this.#methods.get(name);
      if (known !== undefined) return known;
      if (typeof name !== 'string' || typeof Reflect.get(this.#inner, name) !== 'function') return Reflect.get(this.#inner, name);
      const made = this.#count(name);
      this.#methods.set(name, made);
      return made;
    },
  });

  readonly spending: Spending = {
    spent: ({ usd }) => {
      this.#chargedUsd = (this.#chargedUsd ?? 0) + usd;
    },
    failed: () => undefined,
    setAside: () => ({ end: () => undefined }),
  };

  /** A method of the port that is noted where it counts. */
  #count(name: string): (...given: readonly unknown[]) => unknown {
    const isCompared = COMPARED_COUNTS.has(name);
    return (...given) => {
      if (isCompared) this.#counted.push(countOf(name, given));
      return Reflect.apply(Reflect.get(this.#inner, name), this.#inner, given);
    };
  }

  /** Forgets the call before. */
  reset(): void {
    this.#logged = [];
    this.#counted = [];
    this.#bug = undefined;
    this.#chargedUsd = undefined;
    this.#inner = createMemoryCounters();
  }

  /** What the lane logged as a bug of its own. */
  get bug(): string | undefined {
    return this.#bug;
  }

  /** What the call left behind, in an order that does not depend on who writes first. */
  read(): JsonObject {
    const charged = this.#chargedUsd === undefined ? {} : { chargedUsd: this.#chargedUsd };
    return { logged: this.#logged, counted: this.#counted.toSorted(), ...charged };
  }
}

function describe(event: string, fields: LogFields = {}): string {
  return [event, ...COMPARED_FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [`${name}=${String(fields[name])}`]))].join(' ');
}

/** Without the time that most of them end with: the clock stands still, but each lane may ask for another part of it. */
function countOf(name: string, [id, second]: readonly unknown[]): string {
  return name === 'addUsage' || name === 'countFail' ? `${name} ${String(id)} ${String(second)}` : `${name} ${String(id)}`;
}

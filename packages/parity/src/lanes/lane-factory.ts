import type { ChooseTransform, JsonObject } from '@stagegate/core-transforms';
import { formatIssue, parseConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import type {
  Clock,
  Credentials,
  Ids,
  KeyLookup,
  Lane,
  Log,
  Management,
  Media,
  RateCounters,
  ResponseCache,
  RoutingCounters,
  Spending,
  TokenLookup,
  Upstream,
} from '@stagegate/gateway-engine/ports';

/** Every lane of ours that answers HTTP. */
export const HTTP_LANES = ['hono', 'legacy-thin', 'legacy-io'] as const;

/** One of them. */
export type HttpLane = (typeof HTTP_LANES)[number];

/** Everything that a lane is made of, except its own code. */
export interface LaneDeps {
  readonly config: LoadedConfig;
  /** An argument, so that a test can break the transforms of one lane and not of the others. */
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
  /** For stage 1, which does its own I/O. */
  readonly fetch: typeof fetch;
  readonly credentials: Credentials;
  /** Absent: no media are fetched. */
  readonly media?: Media;
  /** Absent: no key but the master key. */
  readonly keys?: KeyLookup;
  /** Absent: there is no identity provider. */
  readonly tokens?: TokenLookup;
  /** Absent: nothing can be managed. */
  readonly management?: Management;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent: spend is not counted. */
  readonly spending?: Spending | undefined;
  /** Absent: no answer is cached. */
  readonly cache?: ResponseCache | undefined;
  /** Absent: the lane's own. */
  readonly counters?: RoutingCounters;
  /** Absent: the lane's own. */
  readonly rates?: RateCounters;
}

/** A lane as replays use it. */
export interface PlayableLane {
  readonly lane: Lane;
  readonly close: () => Promise<void>;
}

/** Wires one lane. */
export type LaneFactory = (deps: LaneDeps) => Promise<PlayableLane>;

/** How each lane is wired. A shell is loaded when its lane is played, so that core can be played while a shell does not even load. */
export const LANE_FACTORIES: Readonly<Record<HttpLane, LaneFactory>> = {
  hono: async (deps) => {
    const { createHonoShell } = await import('@stagegate/shell-hono');
    const { createEngine } = await import('@stagegate/gateway-engine/pipeline');
    const engine = createEngine(deps);
    return { lane: createHonoShell(engine), close: engine.close };
  },
  'legacy-thin': async (deps) => {
    const { createLegacyShell } = await import('@stagegate/shell-legacy');
    const { createEngine } = await import('@stagegate/gateway-engine/pipeline');
    const engine = createEngine(deps);
    return { lane: createLegacyShell({ stage: 2, engine }), close: engine.close };
  },
  'legacy-io': async (deps) => {
    const { createLegacyShell } = await import('@stagegate/shell-legacy');
    const { createCallQueue, createMemoryCounters, createMemoryRates } = await import('@stagegate/gateway-engine/counters');
    return {
      lane: createLegacyShell({
        stage: 1,
        ...deps,
        counters: deps.counters ?? createMemoryCounters(),
        rates: deps.rates ?? createMemoryRates(),
        queue: createCallQueue(() => deps.clock.monotonicMs()),
      }),
      close: async () => undefined,
    };
  },
};

/** Reads a configuration as `serve` does, without an environment. Throws for a faulty one. */
export function readConfig(config: JsonObject): LoadedConfig {
  const outcome = parseConfig(config, { env: {} });
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  return outcome.config;
}

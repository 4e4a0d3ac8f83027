import type { ChooseTransform, JsonObject } from '@stagegate/core-transforms';
import { formatIssue, parseConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { createEngine } from '@stagegate/gateway-engine/pipeline';
import type { Clock, Ids, Lane, Log, Upstream } from '@stagegate/gateway-engine/ports';
import { createHonoShell } from '@stagegate/shell-hono';
import { createLegacyShell } from '@stagegate/shell-legacy';
import type { LaneName } from './options.ts';

/** Everything a lane is made of that is not its own code. */
export interface LaneDeps {
  readonly config: LoadedConfig;
  /** An argument, so that a test can break one lane's and not the others'. */
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
  /** Stage 1 does its own I/O through this. */
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** A lane as a play needs it. */
export interface PlayableLane {
  readonly lane: Lane;
  readonly close: () => Promise<void>;
}

/** Wires one lane. */
export type LaneFactory = (deps: LaneDeps) => PlayableLane;

/** How each lane is wired. */
export const LANE_FACTORIES: Readonly<Record<Exclude<LaneName, 'core'>, LaneFactory>> = {
  hono: (deps) => {
    const engine = createEngine(deps);
    return { lane: createHonoShell(engine), close: engine.close };
  },
  'legacy-thin': (deps) => {
    const engine = createEngine(deps);
    return { lane: createLegacyShell({ stage: 2, engine }), close: engine.close };
  },
  'legacy-io': (deps) => ({ lane: createLegacyShell({ stage: 1, ...deps }), close: async () => undefined }),
};

/** Reads a configuration as `serve` does, with no environment. Throws when it is none. */
export function readConfig(config: JsonObject): LoadedConfig {
  const outcome = parseConfig(config, { env: {} });
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  return outcome.config;
}

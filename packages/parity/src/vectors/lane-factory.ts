import type { JsonObject } from '@stagegate/core-transforms';
import type { Clock, Handler, Ids, Upstream } from '@stagegate/gateway-engine/ports';

/** Everything a lane is made of that is not its own code. */
export interface LaneDeps {
  /** A LiteLLM configuration, as its YAML reads. */
  readonly config: JsonObject;
  readonly upstream: Upstream;
  /** Stage 1 does its own I/O through this. */
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A lane as a play needs it. */
export interface PlayableLane {
  readonly handler: Handler;
  readonly close: () => Promise<void>;
}

/** Wires one lane. */
export type LaneFactory = (deps: LaneDeps) => Promise<PlayableLane>;

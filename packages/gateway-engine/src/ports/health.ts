import type { JsonObject } from '@stagegate/core-transforms';

/** Deployments as they were when they were last asked, in the reference's shape. */
export interface HealthReport {
  readonly healthy: readonly JsonObject[];
  readonly unhealthy: readonly JsonObject[];
}

/** Asks deployments whether they answer, behind a port: each question is a call to a provider, and costs what one costs. */
export interface HealthChecks {
  /** Asks these now. */
  readonly check: (ids: ReadonlySet<string>) => Promise<HealthReport>;
  /**
   * Asks a row as it would stand in `model_list`, with the keys that it holds and none of the gateway's: neither its environment nor its
   * credentials. `problem`: it is no row that can be served.
   */
  readonly checkRow: (row: JsonObject) => Promise<HealthReport | { readonly problem: string }>;
  /** What the last check in the background found, here or on another instance; undefined: none is made. */
  readonly latest: () => HealthReport | undefined;
  /** How instances share what they find, in the reference's shape; undefined: through no Redis. */
  readonly sharing: () => Promise<JsonObject> | undefined;
}

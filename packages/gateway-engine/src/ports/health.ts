import type { JsonObject } from '@stagegate/core-transforms';

/** What the last checks of deployments found, in the reference's shape. */
export interface HealthReport {
  readonly healthy: readonly JsonObject[];
  readonly unhealthy: readonly JsonObject[];
}

/** Checks whether deployments answer, behind a port. Each check is a call to a provider, at that price. */
export interface HealthChecks {
  /** Checks these deployments now. */
  readonly check: (ids: ReadonlySet<string>) => Promise<HealthReport>;
  /**
   * Checks a row as it would be in `model_list`, with the keys in it and none of the gateway's own: neither its environment nor its
   * credentials. `problem`: it is no row that could be served.
   */
  readonly checkRow: (row: JsonObject) => Promise<HealthReport | { readonly problem: string }>;
  /** What the last background check found, here or on another instance; undefined: there are no background checks. */
  readonly latest: () => HealthReport | undefined;
  /** How instances share their findings, in the reference's shape; undefined: without Redis they do not. */
  readonly sharing: () => Promise<JsonObject> | undefined;
}

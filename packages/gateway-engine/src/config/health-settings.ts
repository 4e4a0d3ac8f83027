import type { HealthRouting } from '../ports/index.ts';
import type { ParsedConfig } from './parsed-config.ts';

/** How deployments are checked. */
export interface HealthSettings {
  /** True: they are checked at intervals, without anybody asking. */
  readonly background: boolean;
  readonly intervalSeconds: number;
  /** False: reports show only which deployments there are and whether they are healthy. */
  readonly details: boolean;
  /** How many are checked at once; undefined: all. */
  readonly atOnceMax: number | undefined;
  /** Those that are left out in the background are always left out. */
  readonly leavesOutAlways: boolean;
  /** Groups that are checked in the background; undefined: all. */
  readonly groups: ReadonlySet<string> | undefined;
  /** One instance checks for all that share a Redis. */
  readonly shared: boolean;
}

const INTERVAL_SECONDS = 300;
/** A finding counts for two intervals of the default length. */
const STALE_SECONDS = 600;

/** Source: LiteLLM 1.106.2, proxy_server.py and health_check.py. Ours: instances that have a Redis share, unless told otherwise. */
export function toHealthSettings({ general_settings: general }: ParsedConfig): HealthSettings {
  return {
    background: general?.background_health_checks === true,
    intervalSeconds: general?.health_check_interval ?? INTERVAL_SECONDS,
    details: general?.health_check_details !== false,
    atOnceMax: general?.health_check_concurrency || undefined,
    leavesOutAlways: general?.health_check_skip_disabled_background_models === true,
    groups: groupsOf(general?.background_health_check_model_groups),
    shared: general?.use_shared_health_check !== false,
  };
}

/**
 * What the router does with findings; undefined: nothing. With a failure policy and no list of groups, that policy alone decides, as in the
 * reference.
 */
export function toHealthRouting({ general_settings: general, router_settings: router }: ParsedConfig): HealthRouting | undefined {
  const groups = groupsOf(general?.background_health_check_model_groups ?? router?.background_health_check_model_groups);
  if (general?.enable_health_check_routing !== true && router?.enable_health_check_routing !== true) return undefined;
  const policy = router?.allowed_fails_policy;
  return {
    groups,
    leavesOut: groups !== undefined || policy === undefined || policy === null,
    staleSeconds: general?.health_check_staleness_threshold || router?.health_check_staleness_threshold || STALE_SECONDS,
    ignoresTransient: general?.health_check_ignore_transient_errors === true || router?.health_check_ignore_transient_errors === true,
  };
}

function groupsOf(names: readonly string[] | null | undefined): ReadonlySet<string> | undefined {
  return names === null || names === undefined ? undefined : new Set(names);
}

import type { JsonObject } from '@stagegate/core-transforms';
import { formatIssue } from './config-issue.ts';
import { words } from './known-keys.ts';
import { parseConfig } from './load-config.ts';
import { RELIABILITY, ROUTING } from './router-schema.ts';

/** Sections whose settings may be changed while the gateway runs. */
export type UpdatableSection = 'general_settings' | 'router_settings' | 'litellm_settings';

/**
 * Settings that may be changed over HTTP: how calls are routed and retried, how many there may be, and where from. None of them names code,
 * a module, a file, a host, a credential or an environment variable, and none opens what is closed to callers.
 */
export const UPDATABLE_SETTINGS: Readonly<Record<UpdatableSection, ReadonlySet<string>>> = {
  general_settings: words(`
    admin_only_routes admission_queue_timeout_seconds allowed_ips allowed_routes enforce_user_param enforced_params
    global_max_parallel_requests max_in_flight_requests_per_worker max_queued_requests_per_worker max_request_size_mb
    reject_clientside_metadata_tags token_rate_limit_type
  `),
  router_settings: new Set([...words('timeout stream_timeout model_group_alias'), ...Object.keys(RELIABILITY), ...Object.keys(ROUTING)]),
  litellm_settings: new Set([...words('drop_params modify_params request_timeout'), ...Object.keys(RELIABILITY)]),
};

/** What is wrong with settings of a section, by the config file's own check; empty if nothing is. */
export function checkSettings(section: UpdatableSection, settings: JsonObject): readonly string[] {
  const outcome = parseConfig({ model_list: [], [section]: settings }, { env: {}, file: 'settings' });
  if (outcome.ok) return outcome.config.missing.map(({ path }) => `${path}: not built in Stagegate`);
  return outcome.issues.filter(({ path }) => path.startsWith(section)).map((issue) => formatIssue({ ...issue, file: '' }));
}

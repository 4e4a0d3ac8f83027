import { ANSWER_SETTINGS, CALLER_SETTINGS } from './caller-settings.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, itemsOf, membersOf, nodeAt } from './config-node.ts';
import {
  GENERAL_SETTINGS_KEYS,
  LITELLM_SETTINGS_KEYS,
  MODEL_INFO_KEYS,
  ROUTER_SETTINGS_KEYS,
  TOP_LEVEL_KEYS,
  words,
} from './known-keys.ts';
import { asksForMore, findIgnoredParams, notYet } from './ignored-params.ts';
import { innerSections } from './inner-sections.ts';
import { findNearName } from './near-name.ts';
import { RELIABILITY, ROUTING } from './router-schema.ts';
import { TENANT_SETTINGS } from './tenant-settings.ts';
import { PRIORITY_SETTINGS } from './priority-settings.ts';
import { DEPLOYMENT_GUARDS, findIgnoredCallbacks, GLOBAL_GUARDS, holdsPriorities } from './protecting-settings.ts';

/** One section of the file: what the reference knows there, what is built here, and what has no effect in the reference either. */
interface Section {
  readonly known: ReadonlySet<string>;
  readonly built: ReadonlySet<string>;
  readonly idle?: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** By path. A name moves from ignored to built when its feature is. Guards have a list of their own: they are never just ignored. */
const SECTIONS: Readonly<Record<string, Section>> = {
  '': {
    known: TOP_LEVEL_KEYS,
    built: words('model_list litellm_settings general_settings router_settings environment_variables credential_list include migration'),
  },
  // The last two ask for what Stagegate does anyway: clients cannot say where a call goes, and an organisation's admin as such cannot make
  // keys.
  general_settings: {
    known: GENERAL_SETTINGS_KEYS,
    idle: words('completion_model max_parallel_requests'),
    built: new Set([
      ...words(
        'master_key database_url database_connection_pool_limit max_request_size_mb allow_client_side_credentials dangerously_permit_weak_or_unset_master_key dangerously_allow_mock_testing_request_params store_model_in_db encryption_algorithm proxy_config_reload_interval_seconds coordination_redis background_health_checks health_check_interval health_check_details health_check_concurrency health_check_skip_disabled_background_models use_shared_health_check background_health_check_model_groups enable_health_check_routing health_check_staleness_threshold health_check_ignore_transient_errors disable_custom_api_keys team_metadata_schema provider_url_destination_allowed_hosts disable_key_generate_for_org_admin',
      ),
      ...Object.keys(CALLER_SETTINGS),
    ]),
  },
  // Four ask for what Stagegate does anyway: it keeps no bodies, logs no messages, and clients cannot say where a call goes. The last two
  // have no effect in the reference.
  litellm_settings: {
    known: LITELLM_SETTINGS_KEYS,
    built: new Set([
      ...words(
        'drop_params modify_params request_timeout cache cache_params enable_caching_on_provider_specific_optional_params callbacks turn_off_message_logging redact_user_api_key_info json_logs set_verbose provider_url_destination_allowed_hosts max_end_user_budget max_user_budget',
      ),
      ...Object.keys(TENANT_SETTINGS),
      ...Object.keys(ANSWER_SETTINGS),
      ...Object.keys(RELIABILITY),
    ]),
  },
  router_settings: {
    known: ROUTER_SETTINGS_KEYS,
    idle: words('weights'),
    built: new Set([
      ...words(
        'timeout stream_timeout default_litellm_params model_group_alias redis_url redis_host redis_port redis_password redis_db cache_responses cache_kwargs caching_groups background_health_check_model_groups enable_health_check_routing health_check_staleness_threshold health_check_ignore_transient_errors',
      ),
      ...Object.keys(RELIABILITY),
      ...Object.keys(ROUTING),
    ]),
  },
};

const MODEL_INFO: Section = { known: MODEL_INFO_KEYS, built: MODEL_INFO_KEYS };

/** Prices are data, and may be there before anything is charged by them. */
const PRICE_KEY = /cost|tiered_pricing/u;

/**
 * Every setting without effect: unknown ones, and those that are not built. In `model_info`, which operators use for notes of their own,
 * only probable misspellings are reported.
 */
export function findIgnoredSettings(root: ConfigNode): readonly ConfigIssue[] {
  const found = Object.entries(SECTIONS).flatMap(([name, section]) => {
    const path = name === '' ? [] : [name];
    return findIn(root, path, name === 'litellm_settings' ? asUsed(root, section) : section, GLOBAL_GUARDS[name] ?? NOTHING);
  });
  const rows = [...(itemsOf(nodeAt(root, ['model_list'])) ?? []).keys()];
  const guards = DEPLOYMENT_GUARDS['model_info'] ?? NOTHING;
  const notes = rows.flatMap((index) => findSlips(root, ['model_list', index, 'model_info'], MODEL_INFO, guards));
  const inner = innerSections(root).flatMap((section) => (section.isOpen ? findSlips : findIn)(root, section.path, section, NOTHING));
  return [...found, ...inner, ...findIgnoredCallbacks(root), ...findIgnoredParams(root), ...notes];
}

/** Reservations have no effect where nothing enforces them. */
function asUsed(root: ConfigNode, section: Section): Section {
  if (holdsPriorities(root)) return section;
  const priorities = new Set(Object.keys(PRIORITY_SETTINGS));
  return { ...section, idle: priorities, built: new Set([...section.built].filter((name) => !priorities.has(name))) };
}

const UNKNOWN = 'an unknown one, which is ignored';
/**
 * `completion_model` is for a call queue, which is not served here; `weights` belong to keys and teams; the limit on calls at once is
 * `global_max_parallel_requests`.
 */
const IDLE = 'one that it does nothing for here';

/** For places where other people's names may be: reports only probable misspellings. */
function findSlips(...where: Parameters<typeof findIn>): readonly ConfigIssue[] {
  return findIn(...where).filter(({ found }) => found !== UNKNOWN);
}

function findIn(
  root: ConfigNode,
  path: readonly (string | number)[],
  { known, built, idle = NOTHING }: Section,
  guards: ReadonlySet<string>,
): readonly ConfigIssue[] {
  return [...(membersOf(nodeAt(root, path)) ?? [])].flatMap(([key, member]) => {
    if (built.has(key) || guards.has(key) || PRICE_KEY.test(key)) return [];
    const at = [...path, key];
    if (idle.has(key)) return asksForMore(key, member) ? [issueAt(root, at, 'a setting that the reference acts on', IDLE)] : [];
    if (!known.has(key)) {
      const meant = findNearName(key, known);
      return [issueAt(root, at, 'a setting that the reference knows', meant === undefined ? UNKNOWN : `${UNKNOWN} (${meant}?)`)];
    }
    return asksForMore(key, member) ? [issueAt(root, at, 'a setting that Stagegate acts on', notYet(key))] : [];
  });
}

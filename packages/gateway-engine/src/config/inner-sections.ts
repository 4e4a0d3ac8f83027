import { CACHE_KEYS, REDIS_KEYS } from './cache-schema.ts';
import { type ConfigNode, membersOf, nodeAt } from './config-node.ts';
import { words } from './known-keys.ts';

/** A mapping within a section, and the names that the reference (LiteLLM 1.106.2) knows in it. */
export interface InnerSection {
  readonly path: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly built: ReadonlySet<string>;
  /** Whether other names are allowed there, such as parameters for a Redis: then only probable misspellings are reported. */
  readonly isOpen: boolean;
}

const FAILURES =
  'AuthenticationError BadRequestError ContentPolicyViolationError InternalServerError NotFoundError RateLimitError ServiceUnavailableError TimeoutError';
const RETRIES = endingIn('Retries', `${FAILURES} Default`);
const ALLOWED_FAILS = endingIn('AllowedFails', `${FAILURES} BadGatewayError`);
const STRATEGY_ARGS = words('lowest_latency_buffer max_latency_list_size ttl');
const NEW_ROWS = words(`
  allowed_routes budget_duration duration guardrails max_budget max_parallel_requests metadata model_max_budget model_rpm_limit
  model_tpm_limit models organization_id permissions rpm_limit tags team_id team_member_budget teams tpm_limit user_id user_role
`);

const NOTHING: ReadonlySet<string> = new Set();

/** Parameters for reaching a Redis that are not built. */
const UNBUILT_REDIS = words(`
  gcp_ssl_ca_certs ssl_ca_certs ssl_ca_data ssl_ca_path ssl_cert_reqs ssl_certfile ssl_check_hostname ssl_keyfile ssl_min_version
  unix_socket_path
`);
/** Parameters of a cache that have no effect on its kind here, or a different one. */
const UNBUILT_CACHE = new Set([...UNBUILT_REDIS, ...words('redis_flush_size s3_api_version s3_config s3_verify')]);

const SECTIONS: readonly InnerSection[] = [
  closed('litellm_settings.model_group_settings', words('forward_client_headers_to_llm_api')),
  closed('router_settings.retry_policy', RETRIES),
  closed('router_settings.allowed_fails_policy', ALLOWED_FAILS),
  { ...closed('router_settings.routing_strategy_args', STRATEGY_ARGS), known: new Set([...STRATEGY_ARGS, 'ttft_percentile']) },
  open('litellm_settings.cache_params', CACHE_KEYS, UNBUILT_CACHE),
  open('router_settings.cache_kwargs', CACHE_KEYS, UNBUILT_CACHE),
  open('general_settings.coordination_redis', REDIS_KEYS, UNBUILT_REDIS),
  open('litellm_settings.default_key_generate_params', NEW_ROWS),
  open('litellm_settings.default_team_params', NEW_ROWS),
  open('litellm_settings.default_internal_user_params', NEW_ROWS),
];

/** The sections that a file may have: those above, and a retry policy for each group that has one. */
export function innerSections(root: ConfigNode): readonly InnerSection[] {
  const path = ['router_settings', 'model_group_retry_policy'];
  const groups = [...(membersOf(nodeAt(root, path))?.keys() ?? [])];
  return [...SECTIONS, ...groups.map((group) => ({ path: [...path, group], known: RETRIES, built: RETRIES, isOpen: false }))];
}

function closed(path: string, known: ReadonlySet<string>): InnerSection {
  return { path: path.split('.'), known, built: known, isOpen: false };
}

function open(path: string, built: ReadonlySet<string>, unbuilt: ReadonlySet<string> = NOTHING): InnerSection {
  return { path: path.split('.'), known: new Set([...built, ...unbuilt]), built, isOpen: true };
}

function endingIn(ending: string, names: string): ReadonlySet<string> {
  return new Set([...words(names)].map((name) => `${name}${ending}`));
}

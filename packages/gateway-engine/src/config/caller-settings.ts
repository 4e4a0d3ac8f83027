import * as v from 'valibot';
import type { GatewayConfig } from '../ports/index.ts';
import { ADMISSION_SETTINGS } from './admission-settings.ts';
import type { ConfigIssue } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { COST_SETTINGS } from './cost-settings.ts';
import type { Environment } from './env-refs.ts';
import { MEDIA_SETTINGS } from './media-settings.ts';
import type { ParsedCallers, ParsedConfig } from './parsed-config.ts';
import { findOauthIssues, findOauthWarnings, OAUTH_SETTINGS, toOauthSettings } from './oauth-settings.ts';
import { PRIORITY_SETTINGS, toPriorities } from './priority-settings.ts';
import { BUDGETS } from './router-budgets.ts';
import { findTokenIssues, findTokenWarnings, ROLE_SETTINGS, TokenSchema, toTokenSettings } from './token-settings.ts';
import { Amount, AtLeastZero, Count, Duration, Flag, Text, Texts } from './value-schemas.ts';

const TOKENS = 'total, input or output';
const HEADERS = 'a mapping of header_name and litellm_user_role, or a list of them';
const PART = 'a part, above 0 and up to 1';
const STATUS = 'a status from 400 to 499';

const HeaderMapping = v.looseObject({ header_name: v.string('a name'), litellm_user_role: v.string('a role') });

/** Members of `general_settings` that say who may call, and how much. */
export const CALLER_SETTINGS = {
  ...ADMISSION_SETTINGS,
  ...MEDIA_SETTINGS,
  ...ROLE_SETTINGS,
  ...OAUTH_SETTINGS,
  token_rate_limit_type: v.nullish(v.picklist(['total', 'input', 'output'], TOKENS)),
  litellm_key_header_name: Text,
  user_header_name: Text,
  user_header_mappings: v.nullish(v.union([HeaderMapping, v.array(HeaderMapping, HEADERS)], HEADERS)),
  enforced_params: Texts,
  service_account_settings: v.nullish(v.looseObject({ enforced_params: Texts }, 'a mapping')),
  global_max_parallel_requests: Count,
  allowed_ips: Texts,
  use_x_forwarded_for: Flag,
  allowed_routes: Texts,
  admin_only_routes: Texts,
  enforce_user_param: Flag,
  enforce_fallback_model_access: Flag,
  enforce_fallback_budget: Flag,
  apply_user_budget_to_team_keys: Flag,
  reject_clientside_metadata_tags: Flag,
  missing_session_id: v.nullish(v.picklist(['generate', 'reject', 'omit'], 'generate, reject or omit')),
  disable_spend_logs: Flag,
  default_team_disabled: Flag,
  max_response_size_mb: AtLeastZero,
  disable_error_logs: Flag,
  always_include_stream_usage: Flag,
  store_prompts_in_spend_logs: Flag,
  maximum_spend_logs_retention_period: Duration,
  maximum_spend_logs_retention_interval: Duration,
  forward_client_headers_to_llm_api: Flag,
  fail_closed_rate_limit_enforcement: Flag,
  fail_closed_budget_enforcement: Flag,
  disable_budget_reservation: Flag,
  enable_jwt_auth: Flag,
  litellm_jwtauth: v.nullish(TokenSchema),
} as const;

/** Of `litellm_settings`: what money decides, how a spent budget is answered, and whose headers go on to providers. */
export const ANSWER_SETTINGS = {
  ...COST_SETTINGS,
  ...MEDIA_SETTINGS,
  ...PRIORITY_SETTINGS,
  model_group_settings: v.nullish(v.looseObject({ forward_client_headers_to_llm_api: Texts }, 'a mapping')),
  max_budget: AtLeastZero,
  budget_duration: Duration,
  tag_budget_config: BUDGETS,
  max_end_user_budget_id: Text,
  validate_end_user_id_in_db: Flag,
  turn_off_message_logging: Flag,
  block_requests_for_models_without_pricing: Flag,
  budget_exceeded_throttle_percentage: v.nullish(v.pipe(Amount, v.gtValue(0, PART), v.maxValue(1, PART))),
  budget_exceeded_status_code: v.nullish(v.pipe(Amount, v.integer(STATUS), v.minValue(400, STATUS), v.maxValue(499, STATUS))),
} as const;

/** The same in the form that the pipeline reads. */
export function toCallerSettings(config: ParsedConfig, env: Environment): Pick<GatewayConfig, CallerSetting> {
  const { general_settings: general, litellm_settings: litellm } = config;
  const kind = general?.token_rate_limit_type ?? 'total';
  const headers = userHeadersOf(general ?? {});
  const enforced = [...(general?.enforced_params ?? []), ...(general?.enforce_user_param === true ? ['user'] : [])];
  const ofAccounts = general?.service_account_settings?.enforced_params ?? [];
  const parallel = general?.global_max_parallel_requests ?? undefined;
  const status = litellm?.budget_exceeded_status_code ?? undefined;
  const throttlePart = litellm?.budget_exceeded_throttle_percentage ?? undefined;
  const most = litellm?.max_budget ?? 0;
  const missingSession = general?.missing_session_id ?? undefined;
  const duration = litellm?.budget_duration ?? undefined;
  const endUserBudget = litellm?.max_end_user_budget_id ?? '';
  return {
    ...forwardingOf(general ?? {}, litellm?.model_group_settings?.forward_client_headers_to_llm_api),
    ...(headers.length > 0 && { userHeaderNames: headers }),
    ...(enforced.length > 0 && { enforcedParams: enforced }),
    ...(ofAccounts.length > 0 && { serviceAccountParams: ofAccounts }),
    ...(parallel !== undefined && { parallelMax: parallel }),
    ...(status !== undefined && { budgetExceededStatus: status }),
    ...(throttlePart !== undefined && { budgetThrottlePart: throttlePart }),
    ...(litellm?.block_requests_for_models_without_pricing === true && { pricesNeeded: true }),
    ...(litellm?.validate_end_user_id_in_db === true && { endUsersKnown: true }),
    ...(endUserBudget !== '' && { endUserBudgetId: endUserBudget }),
    ...(most > 0 && { proxyBudget: { maxUsd: most, duration } }),
    ...(general?.reject_clientside_metadata_tags === true && { tagsRefused: true }),
    ...toPriorities(config),
    ...entryOf(general ?? {}),
    ...(general?.enforce_fallback_model_access === true && { fallbackAccess: true }),
    ...(general?.enforce_fallback_budget === false && { fallbackBudgetOff: true }),
    ...(general?.apply_user_budget_to_team_keys === true && { userPaysForTeams: true }),
    ...(general?.fail_closed_budget_enforcement === true && { budgetsFailClosed: true }),
    ...(general?.disable_budget_reservation === true && { reservationOff: true }),
    ...(general?.fail_closed_rate_limit_enforcement === true && { ratesFailClosed: true }),
    ...(missingSession !== undefined && { missingSession }),
    ...(general?.disable_spend_logs === true && { spendLogsOff: true }),
    ...(general?.disable_error_logs === true && { errorLogsOff: true }),
    ...(general?.always_include_stream_usage === true && { streamsCount: true }),
    ...(litellm?.drop_params !== undefined && { dropParamsSet: true }),
    ...(general?.store_prompts_in_spend_logs === true && litellm?.turn_off_message_logging !== true && { keepsSaid: true }),
    ...retentionOf(general ?? {}),
    ...(kind !== 'total' && { tokenRateLimitType: kind }),
    ...toOauthSettings(general ?? {}, env),
    ...(general?.enable_jwt_auth === true && { tokens: toTokenSettings(general.litellm_jwtauth ?? {}, env, general) }),
  };
}

type CallerSetting =
  | 'activeShares'
  | 'budgetExceededStatus'
  | 'budgetThrottlePart'
  | 'budgetsFailClosed'
  | 'endUserBudgetId'
  | 'endUsersKnown'
  | 'dropParamsSet'
  | 'enforcedParams'
  | 'serviceAccountParams'
  | 'entry'
  | 'errorLogsOff'
  | 'fallbackAccess'
  | 'fallbackBudgetOff'
  | 'forwardsHeadersOf'
  | 'keepsSaid'
  | 'logRetention'
  | 'missingSession'
  | 'oauth'
  | 'parallelMax'
  | 'pricesNeeded'
  | 'priorities'
  | 'proxyBudget'
  | 'proxyIdentity'
  | 'ratesFailClosed'
  | 'reservationOff'
  | 'spendLogsOff'
  | 'streamsCount'
  | 'tagsRefused'
  | 'tokenRateLimitType'
  | 'tokens'
  | 'userHeaderNames'
  | 'userPaysForTeams';

/** As in the reference, an empty list of addresses, or of routes, admits nobody. */
function entryOf(general: ParsedCallers): Pick<GatewayConfig, 'entry'> {
  const entry = {
    addresses: setOf(general.allowed_ips),
    trustsForwarded: general.use_x_forwarded_for === true,
    paths: setOf(general.allowed_routes),
    adminPaths: setOf(general.admin_only_routes),
  };
  // Rows of the log have the address too.
  return (entry.addresses ?? entry.paths ?? entry.adminPaths) === undefined && !entry.trustsForwarded ? {} : { entry };
}

/** As in the reference: cleaned up once a day by default. */
function retentionOf(general: ParsedCallers): Pick<GatewayConfig, 'logRetention'> {
  const period = general.maximum_spend_logs_retention_period ?? undefined;
  if (period === undefined) return {};
  return { logRetention: { period, interval: general.maximum_spend_logs_retention_interval ?? '1d' } };
}

function forwardingOf(
  { forward_client_headers_to_llm_api: all }: ParsedCallers,
  groups: readonly string[] | null | undefined,
): Pick<GatewayConfig, 'forwardsHeadersOf'> {
  if (all === true) return { forwardsHeadersOf: 'all' };
  return groups === undefined || groups === null ? {} : { forwardsHeadersOf: groups };
}

function setOf(list: readonly string[] | null | undefined): ReadonlySet<string> | undefined {
  return (list ?? undefined) === undefined ? undefined : new Set(list);
}

/** The headers that are mapped to customers; without mappings the older setting, which names one header. */
function userHeadersOf({ user_header_name: name, user_header_mappings: mappings }: ParsedCallers): readonly string[] {
  const mapped = [mappings ?? []].flat().filter(({ litellm_user_role: role }) => role.toLowerCase() === 'customer');
  const names = mapped.length > 0 ? mapped.map(({ header_name: header }) => header) : [name ?? ''];
  return names.map((header) => header.trim().toLowerCase()).filter((header) => header !== '');
}

/** What is wrong with several of these settings together. */
export function findCallerIssues({ general_settings: general }: ParsedConfig, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  const hasMasterKey = (general?.master_key ?? env['LITELLM_MASTER_KEY'] ?? '') !== '';
  return [
    ...findOauthIssues(general ?? {}, hasMasterKey, root, env),
    ...(general?.enable_jwt_auth === true ? findTokenIssues(general.litellm_jwtauth ?? {}, root, env) : []),
  ];
}

/** Which of them are worth a warning. */
export function findCallerWarnings(
  { general_settings: general }: ParsedConfig,
  root: ConfigNode,
  env: Environment,
): readonly ConfigIssue[] {
  return [...findOauthWarnings(general ?? {}, root), ...(general?.enable_jwt_auth === true ? findTokenWarnings(general, root, env) : [])];
}

import type { JsonObject } from '@stagegate/core-transforms';
import * as v from 'valibot';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { type Environment, isOn } from './env-refs.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { AtLeastZero, Count, Duration, Flag, Text } from './value-schemas.ts';

type Maybe<T> = T | null | undefined;

/** Upper bounds for keys. Source: LiteLLM 1.106.2, LiteLLM_UpperboundKeyGenerateParams. */
export interface KeyBounds {
  readonly max_budget?: Maybe<number>;
  readonly max_parallel_requests?: Maybe<number>;
  readonly tpm_limit?: Maybe<number>;
  readonly rpm_limit?: Maybe<number>;
  readonly budget_duration?: Maybe<string>;
  readonly duration?: Maybe<string>;
}

/** Who may make keys of one kind, and what he has to provide. */
export interface KeyRules {
  readonly allowed_user_roles?: Maybe<readonly string[]>;
  readonly allowed_team_member_roles?: Maybe<readonly string[]>;
  readonly required_params?: Maybe<readonly string[]>;
}

/** A metadata field that forms offer for teams. */
export interface MetadataField {
  readonly key: string;
  readonly label: string | null;
}

/** Members of `litellm_settings` about keys, teams and users that are made over HTTP. */
export interface ParsedTenants {
  readonly default_key_generate_params?: Maybe<JsonObject>;
  readonly upperbound_key_generate_params?: Maybe<KeyBounds>;
  readonly key_alias_pattern?: Maybe<string>;
  readonly enable_key_alias_format_validation?: Maybe<boolean>;
  readonly key_generation_settings?: Maybe<{
    readonly team_key_generation?: Maybe<KeyRules>;
    readonly personal_key_generation?: Maybe<KeyRules>;
  }>;
  readonly default_team_params?: Maybe<JsonObject>;
  readonly default_team_settings?: Maybe<readonly JsonObject[]>;
  readonly default_internal_user_params?: Maybe<JsonObject>;
  readonly max_internal_user_budget?: Maybe<number>;
  readonly default_max_internal_user_budget?: Maybe<number>;
  readonly internal_user_budget_duration?: Maybe<string>;
  readonly store_audit_logs?: Maybe<boolean>;
}

/** The same in the form that the management API reads. A member is absent where nothing is set. */
export interface TenantSettings {
  readonly keyDefaults: JsonObject;
  readonly keyBounds: KeyBounds;
  /** The whole alias has to match. */
  readonly aliasPattern?: string;
  readonly teamKeys: KeyRules;
  readonly personalKeys: KeyRules;
  /** `general_settings.disable_custom_api_keys`: callers may not choose the text of a key. */
  readonly ownKeysRefused: boolean;
  /** `general_settings.default_team_disabled`: only admins may make keys without a team. */
  readonly personalKeysRefused: boolean;
  readonly teamDefaults: JsonObject;
  readonly userDefaults: JsonObject;
  /** `max_budget` and `budget_duration` of users with role `internal_user`, where nothing else is set. */
  readonly internalUserBudget: JsonObject;
  /** `general_settings.team_metadata_schema`, which is not enforced. */
  readonly teamMetadata: readonly MetadataField[];
  /** `store_audit_logs`, else LITELLM_STORE_AUDIT_LOGS: changes are written down. */
  readonly isAudited: boolean;
}

const Names = v.nullish(v.array(v.string('text'), 'a list of names'));
const Json = v.nullish(v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'a mapping'));
const BOUNDS = 'max_budget, max_parallel_requests, tpm_limit, rpm_limit, budget_duration or duration';

/** The file's settings, checked. An unknown bound is an error, as it would not be enforced. */
export const TENANT_SETTINGS = {
  default_key_generate_params: Json,
  upperbound_key_generate_params: v.nullish(
    v.strictObject(
      {
        max_budget: AtLeastZero,
        max_parallel_requests: Count,
        tpm_limit: Count,
        rpm_limit: Count,
        budget_duration: Duration,
        duration: Duration,
      },
      `a mapping with ${BOUNDS}`,
    ),
  ),
  key_alias_pattern: Text,
  enable_key_alias_format_validation: Flag,
  key_generation_settings: v.nullish(
    v.strictObject(
      {
        team_key_generation: v.nullish(
          v.strictObject({ allowed_team_member_roles: Names, required_params: Names }, 'allowed_team_member_roles, required_params'),
        ),
        personal_key_generation: v.nullish(
          v.strictObject({ allowed_user_roles: Names, required_params: Names }, 'allowed_user_roles, required_params'),
        ),
      },
      'team_key_generation, personal_key_generation',
    ),
  ),
  default_team_params: Json,
  default_team_settings: v.nullish(
    v.array(
      v.custom<JsonObject>((value) => typeof value === 'object' && value !== null, 'a mapping'),
      'a list of mappings',
    ),
  ),
  default_internal_user_params: Json,
  max_internal_user_budget: AtLeastZero,
  default_max_internal_user_budget: AtLeastZero,
  internal_user_budget_duration: Duration,
  store_audit_logs: Flag,
} as const;

type MetadataFields = readonly { readonly key: string; readonly label?: Maybe<string> }[];

const FIELDS = 'a list of key and label';
const Fields: v.GenericSchema<unknown, MetadataFields> = v.pipe(
  v.array(v.strictObject({ key: v.pipe(v.string('a name'), v.nonEmpty('a name')), label: Text }, 'key and label'), FIELDS),
  v.check((fields) => new Set(fields.map(({ key }) => key)).size === fields.length, 'each key once'),
) as v.GenericSchema<unknown, MetadataFields>;

/** Of `general_settings`. */
export const TEAM_METADATA: v.NullishSchema<v.GenericSchema<unknown, MetadataFields>, undefined> = v.nullish(Fields);

/** The reference's own rule for aliases, where the setting only asks for a check. */
const ALIAS = String.raw`[a-zA-Z0-9][a-zA-Z0-9_\-/.@]{0,253}[a-zA-Z0-9]`;

/** The settings as they are read. */
export function toTenantSettings(
  { litellm_settings: settings, general_settings: general }: ParsedConfig,
  env: Environment,
): TenantSettings {
  const pattern = settings?.key_alias_pattern ?? (settings?.enable_key_alias_format_validation === true ? ALIAS : undefined);
  // The older name of the same setting, of which the reference reads only the budget.
  const [old] = settings?.default_team_settings ?? [];
  const budget = old?.['max_budget'];
  const most = settings?.max_internal_user_budget ?? settings?.default_max_internal_user_budget ?? undefined;
  const period = settings?.internal_user_budget_duration ?? undefined;
  return {
    keyDefaults: settings?.default_key_generate_params ?? {},
    keyBounds: settings?.upperbound_key_generate_params ?? {},
    ...(pattern !== undefined && { aliasPattern: pattern }),
    teamKeys: settings?.key_generation_settings?.team_key_generation ?? {},
    personalKeys: settings?.key_generation_settings?.personal_key_generation ?? {},
    ownKeysRefused: general?.disable_custom_api_keys === true,
    personalKeysRefused: general?.default_team_disabled === true,
    teamDefaults: { ...(budget !== undefined && { max_budget: budget }), ...settings?.default_team_params },
    userDefaults: settings?.default_internal_user_params ?? {},
    teamMetadata: (general?.team_metadata_schema ?? []).map(({ key, label }) => ({ key, label: label ?? null })),
    isAudited: settings?.store_audit_logs ?? isOn(env['LITELLM_STORE_AUDIT_LOGS']),
    internalUserBudget: { ...(most !== undefined && { max_budget: most }), ...(period !== undefined && { budget_duration: period }) },
  };
}

/** What is wrong with them beyond their shape. */
export function findTenantIssues({ litellm_settings: settings }: ParsedConfig, root: ConfigNode): readonly ConfigIssue[] {
  const pattern = settings?.key_alias_pattern ?? undefined;
  if (pattern === undefined || isPattern(pattern)) return [];
  return [issueAt(root, ['litellm_settings', 'key_alias_pattern'], 'a regular expression')];
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

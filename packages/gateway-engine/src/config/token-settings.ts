import * as v from 'valibot';
import type { IssuedTokens, TokenRole, TokenSettings } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedCallers } from './parsed-config.ts';
import { AtLeastZero, Flag, Text, Texts } from './value-schemas.ts';

const ROLE = 'proxy_admin, team or internal_user';
const TokenRoles = v.picklist(['proxy_admin', 'team', 'internal_user'], ROLE);
const MAPPINGS = 'a list of mappings';
const Behavior = v.nullish(
  v.picklist(['fallback_team_mapping', 'reject', 'auto_register'], 'fallback_team_mapping, reject or auto_register'),
);

/** Fields that may differ per issuer. */
const ISSUER_FIELDS = {
  user_id_jwt_field: Text,
  user_email_jwt_field: Text,
  team_id_jwt_field: Text,
  team_ids_jwt_field: Text,
  org_id_jwt_field: Text,
  end_user_id_jwt_field: Text,
  virtual_key_claim_field: Text,
  unregistered_jwt_client_behavior: Behavior,
} as const;

const Issuer = v.pipe(
  v.strictObject(
    {
      issuer: v.pipe(v.string('the issuer, as tokens name it'), v.nonEmpty('the issuer, as tokens name it')),
      jwks_url: Text,
      audience: v.nullish(v.union([v.string(), v.array(v.string(), 'audiences')], 'an audience, or a list of them')),
      disable_audience_validation: Flag,
      ...ISSUER_FIELDS,
    },
    'a mapping of what an issuer may have',
  ),
  v.check(
    ({ audience, disable_audience_validation: any }) => ((audience ?? undefined) === undefined) === (any === true),
    'either audience, or disable_audience_validation: true',
  ),
);

/** The members of `litellm_jwtauth` that are built. Any other one stops `serve`. */
export const TOKEN_FIELDS = {
  admin_jwt_scope: Text,
  admin_allowed_routes: Texts,
  team_id_jwt_field: Text,
  team_ids_jwt_field: Text,
  team_id_default: Text,
  team_allowed_routes: Texts,
  org_id_jwt_field: Text,
  user_id_jwt_field: Text,
  user_email_jwt_field: Text,
  user_allowed_email_domain: Text,
  user_roles_jwt_field: Text,
  user_allowed_roles: Texts,
  user_id_upsert: Flag,
  end_user_id_jwt_field: Text,
  public_key_ttl: AtLeastZero,
  public_key_stale_ttl: AtLeastZero,
  enforce_rbac: Flag,
  roles_jwt_field: Text,
  role_mappings: v.nullish(v.array(v.strictObject({ role: v.string('a role'), internal_role: TokenRoles }), MAPPINGS)),
  object_id_jwt_field: Text,
  scope_mappings: v.nullish(
    v.array(v.strictObject({ scope: v.string('a scope'), models: v.nullish(v.array(v.string('a model'), 'a list of models')) }), MAPPINGS),
  ),
  enforce_scope_based_access: Flag,
  enforce_team_based_model_access: Flag,
  virtual_key_claim_field: Text,
  jwt_client_id_field: Text,
  virtual_key_mapping_cache_ttl: AtLeastZero,
  unregistered_jwt_client_behavior: Behavior,
  auto_register_map_existing_key: Flag,
  issuers: v.nullish(v.array(Issuer, MAPPINGS)),
} as const;

/** Members of `general_settings` beside `litellm_jwtauth` that are about tokens. */
export const ROLE_SETTINGS = {
  enforce_rbac: Flag,
  role_permissions: v.nullish(v.array(v.strictObject({ role: TokenRoles, models: Texts, routes: Texts }), MAPPINGS)),
} as const;

/** The same as a type. */
export interface ParsedRoles {
  readonly enforce_rbac?: Maybe<boolean>;
  readonly role_permissions?: Maybe<
    readonly {
      readonly role: TokenRole;
      readonly models?: Maybe<readonly string[]>;
      readonly routes?: Maybe<readonly string[]>;
    }[]
  >;
}

/** `litellm_jwtauth`, checked. */
export const TokenSchema: v.GenericSchema<unknown, ParsedTokens> = v.looseObject(TOKEN_FIELDS, 'a mapping') as v.GenericSchema<
  unknown,
  ParsedTokens
>;

type Maybe<T> = T | null | undefined;

/** A field of each issuer's own, and the default for all. */
type ParsedIssuerFields = { readonly [Name in keyof typeof ISSUER_FIELDS]?: Maybe<string> };

interface ParsedIssuer extends ParsedIssuerFields {
  readonly issuer: string;
  readonly jwks_url?: Maybe<string>;
  readonly audience?: Maybe<string | readonly string[]>;
}

/** The same as a type. */
export interface ParsedTokens extends ParsedIssuerFields {
  readonly admin_jwt_scope?: Maybe<string>;
  readonly admin_allowed_routes?: Maybe<readonly string[]>;
  readonly team_id_default?: Maybe<string>;
  readonly team_allowed_routes?: Maybe<readonly string[]>;
  readonly user_allowed_email_domain?: Maybe<string>;
  readonly user_roles_jwt_field?: Maybe<string>;
  readonly user_allowed_roles?: Maybe<readonly string[]>;
  readonly user_id_upsert?: Maybe<boolean>;
  readonly public_key_ttl?: Maybe<number>;
  readonly public_key_stale_ttl?: Maybe<number>;
  readonly enforce_rbac?: Maybe<boolean>;
  readonly roles_jwt_field?: Maybe<string>;
  readonly role_mappings?: Maybe<readonly { readonly role: string; readonly internal_role: string }[]>;
  readonly object_id_jwt_field?: Maybe<string>;
  readonly scope_mappings?: Maybe<readonly { readonly scope: string; readonly models?: Maybe<readonly string[]> }[]>;
  readonly enforce_scope_based_access?: Maybe<boolean>;
  readonly enforce_team_based_model_access?: Maybe<boolean>;
  /** The older name. */
  readonly jwt_client_id_field?: Maybe<string>;
  /** Accepted without effect: mappings are read again as often as keys, which is more often. */
  readonly virtual_key_mapping_cache_ttl?: Maybe<number>;
  readonly auto_register_map_existing_key?: Maybe<boolean>;
  readonly issuers?: Maybe<readonly ParsedIssuer[]>;
}

/** Source: LiteLLM 1.106.2, proxy/_types.py `LiteLLM_JWTAuth`. */
const ADMIN_ROUTES = ['management_routes', 'spend_tracking_routes', 'global_spend_tracking_routes', 'info_routes'];
const TEAM_ROUTES = ['openai_routes', 'info_routes', 'mcp_routes', '/v1/messages', '/v1/messages/count_tokens'];
const KEYS_FRESH_SECONDS = 600;
const KEYS_STALE_SECONDS = 3_600;

/** The settings by which tokens are read. */
export function toTokenSettings(parsed: ParsedTokens, env: Environment, roles: ParsedRoles = {}): TokenSettings {
  const ofAll = { ...toIssuedTokens(parsed, roles), keyUrls: urlsOf(env), audience: env['JWT_AUDIENCE'], issuer: env['JWT_ISSUER'] };
  const issuers = (parsed.issuers ?? []).map((own): IssuedTokens => {
    // OpenID Connect says where an issuer's discovery document is.
    const keyUrl = own.jwks_url ?? `${own.issuer.replace(/\/+$/u, '')}/.well-known/openid-configuration`;
    const fields = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
    return {
      ...toIssuedTokens({ ...parsed, ...fields }, roles),
      keyUrls: [keyUrl],
      audience: own.audience ?? undefined,
      issuer: own.issuer,
    };
  });
  return { ...ofAll, issuers };
}

const UNMAPPED: Readonly<Record<string, IssuedTokens['unmapped']>> = { reject: 'reject', auto_register: 'register' };

function toIssuedTokens(parsed: ParsedTokens, roles: ParsedRoles): Omit<IssuedTokens, 'keyUrls' | 'audience' | 'issuer'> {
  return {
    keysFreshSeconds: parsed.public_key_ttl ?? KEYS_FRESH_SECONDS,
    keysStaleSeconds: parsed.public_key_stale_ttl ?? KEYS_STALE_SECONDS,
    adminScope: parsed.admin_jwt_scope ?? 'litellm_proxy_admin',
    adminRoutes: parsed.admin_allowed_routes ?? ADMIN_ROUTES,
    teamRoutes: parsed.team_allowed_routes ?? TEAM_ROUTES,
    userIdField: parsed.user_id_jwt_field ?? undefined,
    emailField: parsed.user_email_jwt_field ?? undefined,
    emailDomain: parsed.user_allowed_email_domain ?? undefined,
    teamIdField: parsed.team_id_jwt_field ?? undefined,
    teamIdsField: parsed.team_ids_jwt_field ?? undefined,
    teamIdDefault: parsed.team_id_default ?? undefined,
    organizationIdField: parsed.org_id_jwt_field ?? undefined,
    endUserIdField: parsed.end_user_id_jwt_field ?? undefined,
    objectIdField: parsed.object_id_jwt_field ?? undefined,
    userRolesField: parsed.user_roles_jwt_field ?? undefined,
    userRoles: parsed.user_allowed_roles ?? [],
    rolesField: parsed.roles_jwt_field ?? undefined,
    roleMappings: (parsed.role_mappings ?? []).map(({ role, internal_role: internalRole }) => ({ role, internalRole })),
    enforcesRoles: parsed.enforce_rbac === true,
    enforcesIds: roles.enforce_rbac === true,
    permissions: (roles.role_permissions ?? []).map(({ role, models, routes }) => ({
      role,
      models: models ?? undefined,
      routes: routes ?? undefined,
    })),
    scopeMappings: toScopes(parsed),
    enforcesTeams: parsed.enforce_team_based_model_access === true,
    addsUsers: parsed.user_id_upsert === true,
    keyField: parsed.virtual_key_claim_field ?? parsed.jwt_client_id_field ?? undefined,
    unmapped: UNMAPPED[parsed.unregistered_jwt_client_behavior ?? ''] ?? 'claims',
    reusesKeys: parsed.auto_register_map_existing_key === true && isUserField(parsed),
  };
}

/** Whether a field identifies a person, so that what it holds belongs to that person alone. */
function isUserField({
  virtual_key_claim_field: field,
  jwt_client_id_field: old,
  user_id_jwt_field: id,
  user_email_jwt_field: email,
}: ParsedTokens): boolean {
  const name = field ?? old ?? undefined;
  return name !== undefined && (name === id || name === email);
}

/**
 * Problems that would make tokens useless: without the address of the keys no token can be verified, and some settings need another one.
 */
export function findTokenIssues(parsed: ParsedTokens, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  const path = ['general_settings', 'litellm_jwtauth'];
  const hasField = (parsed.user_roles_jwt_field ?? undefined) !== undefined;
  const hasRoles = (parsed.user_allowed_roles ?? undefined) !== undefined;
  return [
    ...(urlsOf(env).length > 0 || (parsed.issuers ?? []).length > 0
      ? []
      : [issueAt(root, ['general_settings', 'enable_jwt_auth'], 'JWT_PUBLIC_KEY_URL, where the keys of tokens are', 'nothing')]),
    ...(hasField === hasRoles ? [] : [issueAt(root, path, 'user_roles_jwt_field and user_allowed_roles together', 'one of them')]),
    ...((parsed.object_id_jwt_field ?? undefined) === undefined || (parsed.role_mappings ?? undefined) !== undefined
      ? []
      : [issueAt(root, [...path, 'object_id_jwt_field'], 'role_mappings beside it')]),
    ...((parsed.scope_mappings ?? undefined) === undefined || parsed.enforce_scope_based_access === true
      ? []
      : [issueAt(root, [...path, 'scope_mappings'], 'enforce_scope_based_access beside it')]),
  ];
}

/** Warnings: issuers that share an identity provider share its keys; permissions of roles hold only where roles are enforced. */
export function findTokenWarnings(general: ParsedCallers, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  const { JWT_AUDIENCE: audience, JWT_ISSUER: issuer } = env;
  const expected = 'JWT_AUDIENCE (and JWT_ISSUER), so that tokens for other applications are not taken';
  const idle = (general.role_permissions ?? undefined) !== undefined && general.litellm_jwtauth?.enforce_rbac !== true;
  return [
    ...(urlsOf(env).length > 0 && audience === undefined && issuer === undefined
      ? [issueAt(root, ['general_settings', 'enable_jwt_auth'], expected, 'neither')]
      : []),
    ...(idle
      ? [issueAt(root, ['general_settings', 'role_permissions'], 'litellm_jwtauth.enforce_rbac, without which nobody asks for it')]
      : []),
  ];
}

/** As in the reference, an empty list of mappings enforces nothing. */
function toScopes({ scope_mappings: mappings, enforce_scope_based_access: enforced }: ParsedTokens): TokenSettings['scopeMappings'] {
  if (enforced !== true || mappings === null || mappings === undefined || mappings.length === 0) return undefined;
  return mappings.map(({ scope, models }) => ({ scope, models: models ?? [] }));
}

function urlsOf({ JWT_PUBLIC_KEY_URL: urls = '' }: Environment): readonly string[] {
  return urls
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
}

import { isIP } from 'node:net';
import * as v from 'valibot';
import type { GatewayConfig, OauthSettings, ProxyField, ProxyIdentitySettings } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import { Flag } from './value-schemas.ts';

type Maybe<T> = T | null | undefined;

/** What a proxy in front may say of a caller by headers: who he is, never what he may. Source: LiteLLM 1.106.2, ALLOWED_OAUTH2_PROXY_FIELDS. */
const PROXY_FIELDS: readonly ProxyField[] = ['user_id', 'user_email', 'team_id', 'team_alias', 'org_id', 'models'];
const RANGES = 'addresses, or ranges of them such as 10.0.0.0/8';

const Range = v.pipe(v.string(RANGES), v.check(isRange, RANGES));

/** Members of `general_settings`: callers whom an OAuth server, or a proxy in front, knows. */
export const OAUTH_SETTINGS = {
  enable_oauth2_auth: Flag,
  enable_oauth2_proxy_auth: Flag,
  oauth2_config_mappings: v.nullish(
    v.record(
      v.picklist(PROXY_FIELDS, PROXY_FIELDS.join(', ')),
      v.pipe(v.string('the name of a header'), v.nonEmpty('the name of a header')),
    ),
  ),
  trusted_proxy_ranges: v.nullish(v.union([Range, v.array(Range, RANGES)], RANGES)),
} as const;

/** The same as a type. */
export interface ParsedOauth {
  readonly enable_oauth2_auth?: Maybe<boolean>;
  readonly enable_oauth2_proxy_auth?: Maybe<boolean>;
  readonly oauth2_config_mappings?: Maybe<Readonly<Partial<Record<ProxyField, string>>>>;
  readonly trusted_proxy_ranges?: Maybe<string | readonly string[]>;
}

/** The settings as they are read. */
export function toOauthSettings(general: ParsedOauth, env: Environment): Pick<GatewayConfig, 'oauth' | 'proxyIdentity'> {
  return {
    ...(general.enable_oauth2_auth === true && { oauth: toOauth(env) }),
    ...(general.enable_oauth2_proxy_auth === true && { proxyIdentity: toProxyIdentity(general) }),
  };
}

function toOauth(env: Environment): OauthSettings {
  const { OAUTH_TOKEN_INFO_ENDPOINT: endpoint = '', OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret } = env;
  const introspects = /introspect/iu.test(endpoint) && id !== undefined && secret !== undefined;
  return {
    endpoint,
    client: introspects ? { id, secret } : undefined,
    userIdField: env['OAUTH_USER_ID_FIELD_NAME'] ?? 'sub',
    roleField: env['OAUTH_USER_ROLE_FIELD_NAME'] ?? 'role',
    teamIdField: env['OAUTH_USER_TEAM_ID_FIELD_NAME'] ?? 'team_id',
  };
}

function toProxyIdentity({ oauth2_config_mappings: mappings, trusted_proxy_ranges: ranges }: ParsedOauth): ProxyIdentitySettings {
  const headers = Object.entries(mappings ?? {}).map(([field, header]) => [field, header.toLowerCase()] as const);
  return { ranges: rangesOf(ranges), headers: Object.fromEntries(headers) };
}

function rangesOf(ranges: ParsedOauth['trusted_proxy_ranges']): readonly string[] {
  const listed = typeof ranges === 'string' ? ranges.split(',') : (ranges ?? []);
  // One that is wrong has been told, and stands here as null.
  return listed.map((range: string | null) => range?.trim() ?? '').filter((range) => range !== '');
}

/** Required settings: without them anybody, or nobody, would be admitted. */
export function findOauthIssues(general: ParsedOauth, hasMasterKey: boolean, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  const {
    enable_oauth2_auth: tokens,
    enable_oauth2_proxy_auth: proxy,
    oauth2_config_mappings: mappings,
    trusted_proxy_ranges: ranges,
  } = general;
  const at = (name: string, expected: string): ConfigIssue => issueAt(root, ['general_settings', name], expected, 'nothing');
  const { OAUTH_TOKEN_INFO_ENDPOINT: endpoint = '' } = env;
  const named = Object.keys(mappings ?? {}).some((field) => field === 'user_id' || field === 'user_email' || field === 'team_id');
  const issues: readonly (ConfigIssue | false)[] = [
    tokens === true && !URL.canParse(endpoint) && at('enable_oauth2_auth', 'OAUTH_TOKEN_INFO_ENDPOINT, the URL that knows tokens'),
    proxy === true &&
      !named &&
      at('oauth2_config_mappings', 'the header of user_id, user_email or team_id, beside enable_oauth2_proxy_auth'),
    proxy === true &&
      rangesOf(ranges).length === 0 &&
      at('trusted_proxy_ranges', 'the addresses whose headers are believed, beside enable_oauth2_proxy_auth'),
    (tokens === true || proxy === true) && !hasMasterKey && at('master_key', 'a master key: without one everybody is let in'),
  ];
  return issues.filter((issue) => issue !== false);
}

/** Settings without effect as long as the one that they belong to is off. */
export function findOauthWarnings(general: ParsedOauth, root: ConfigNode): readonly ConfigIssue[] {
  if (general.enable_oauth2_proxy_auth === true) return [];
  const idle = (['oauth2_config_mappings', 'trusted_proxy_ranges'] as const).filter((name) => (general[name] ?? undefined) !== undefined);
  return idle.map((name) => issueAt(root, ['general_settings', name], 'enable_oauth2_proxy_auth, without which nobody asks for it'));
}

function isRange(text: string): boolean {
  return text.split(',').every((part) => {
    const [address = '', bits, more] = part.trim().split('/');
    const family = isIP(address);
    if (family === 0 || more !== undefined) return false;
    return bits === undefined || (/^\d+$/u.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  });
}

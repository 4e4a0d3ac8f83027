import type { Identity, IssuedTokens, TokenRole } from '../ports/index.ts';

/** The claims of a token whose signature was checked. */
export type Claims = Readonly<Record<string, unknown>>;

/** The identity that a token's claims name, or why they are refused. */
export type ClaimsReading =
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'refused' | 'denied'; readonly message: string };

/**
 * Reads a token's claims by the operator's settings.
 *
 * source: LiteLLM 1.106.2, proxy/auth/handle_jwt.py, in its order. Where a list stands for one value, the first element counts.
 */
export function readClaims(claims: Claims, settings: IssuedTokens): ClaimsReading {
  const scopes = scopesOf(claims);
  if (scopes === undefined) return { kind: 'refused', message: 'Unmapped scope type. Supported types - list, str.' };
  const email = textAt(claims, settings.emailField);
  const claimed = {
    isAdmin: scopes.includes(settings.adminScope),
    userId: textAt(claims, settings.userIdField) ?? email,
    teamId: textAt(claims, settings.teamIdField) ?? settings.teamIdDefault,
  };
  const role = roleOf(claims, settings, claimed);
  if (settings.enforcesRoles && role === undefined) return denied(`Unmatched token passed in. ${ENFORCED}`);
  const objectId = role === undefined ? undefined : textAt(claims, settings.objectIdField);
  const userId = role === 'internal_user' ? (objectId ?? claimed.userId) : claimed.userId;
  const permissions = settings.enforcesRoles ? settings.permissions.find((one) => one.role === role) : undefined;
  const models = modelsOf(scopes, settings);
  const identity = { ...whose(claims, settings), userId, email, models, permissions, addsUser: settings.addsUsers };
  if (claimed.isAdmin) {
    return { kind: 'identity', identity: { ...identity, isAdmin: true, teamIds: [], allowedRoutes: settings.adminRoutes } };
  }
  const { emailDomain } = settings;
  if (emailDomain !== undefined && email?.split('@').at(-1) !== emailDomain) {
    return denied(`Email domain not allowed. User email: ${email ?? 'None'}. Allowed domain: ${emailDomain}`);
  }
  const named = role === 'team' ? (objectId ?? claimed.teamId) : claimed.teamId;
  if (named === undefined && settings.teamIdField !== undefined) {
    return { kind: 'refused', message: `No team found in token. Checked team_id field '${settings.teamIdField}'.` };
  }
  const groups = named === undefined ? textsAt(claims, settings.teamIdsField) : [];
  const teamIds = named === undefined ? groups : [named];
  if (teamIds.length === 0 && settings.enforcesTeams) return denied(`No teams found in token. ${TEAMS_ENFORCED}`);
  if ((settings.enforcesRoles || settings.enforcesIds) && userId === undefined && teamIds.length === 0) {
    return denied(`No user or team id found in token. ${ENFORCED}`);
  }
  // A token that names only a team, or groups, may call the routes of teams, as may one that names nobody.
  const asTeam = userId === undefined || groups.length > 0;
  return { kind: 'identity', identity: { ...identity, isAdmin: false, teamIds, allowedRoutes: asTeam ? settings.teamRoutes : [] } };
}

/** The text or number at a path. A list has none, because it would be unclear which element is meant. */
export function readClaim(claims: Claims, path: string): string | undefined {
  const value = valueAt(claims, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const ENFORCED = 'enforce_rbac is set to True. Token must belong to a proxy admin, team, or user.';
const TEAMS_ENFORCED = '`enforce_team_based_model_access` is set to True. Token must belong to a team.';

function denied(message: string): ClaimsReading {
  return { kind: 'denied', message };
}

function whose(claims: Claims, settings: IssuedTokens): Pick<Identity, 'organizationId' | 'endUserId'> {
  return { organizationId: textAt(claims, settings.organizationIdField), endUserId: textAt(claims, settings.endUserIdField) };
}

function roleOf(
  claims: Claims,
  settings: IssuedTokens,
  { isAdmin, userId, teamId }: { readonly isAdmin: boolean; readonly userId: string | undefined; readonly teamId: string | undefined },
): TokenRole | undefined {
  if (isAdmin) return 'proxy_admin';
  if (teamId !== undefined) return 'team';
  const hasUserRole = textsAt(claims, settings.userRolesField).some((role) => settings.userRoles.includes(role));
  if (hasUserRole || (userId !== undefined && settings.userIdField !== undefined)) return 'internal_user';
  const roles = textsAt(claims, settings.rolesField);
  const mapped = settings.roleMappings.find(({ role }) => roles.includes(role))?.internalRole;
  return mapped === 'team' || mapped === 'internal_user' || mapped === 'proxy_admin' ? mapped : undefined;
}

/** The scopes of a token; undefined where `scope` is neither text nor a list. */
function scopesOf({ scope = [] }: Claims): readonly string[] | undefined {
  if (typeof scope === 'string') return scope.split(/\s+/u).filter((one) => one !== '');
  return Array.isArray(scope) ? scope.filter((one) => typeof one === 'string') : undefined;
}

function modelsOf(scopes: readonly string[], { scopeMappings }: IssuedTokens): readonly string[] | undefined {
  return scopeMappings?.filter(({ scope }) => scopes.includes(scope)).flatMap(({ models }) => models);
}

function textAt(claims: Claims, path: string | undefined): string | undefined {
  return textsAt(claims, path)[0];
}

/** The text at a path, or the texts of a list; numbers become text. */
function textsAt(claims: Claims, path: string | undefined): readonly string[] {
  const value = path === undefined ? undefined : valueAt(claims, path);
  return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    (typeof one === 'string' && one !== '') || typeof one === 'number' ? [String(one)] : [],
  );
}

/** The value at a path: `a.b` is member `b` of member `a`, and `a\.b` a name with a dot. */
function valueAt(claims: Claims, path: string): unknown {
  const names = path
    .replace(/^metadata\./u, '')
    .split(/(?<!\\)\./u)
    .map((name) => name.replaceAll(String.raw`\.`, '.'));
  return names.reduce<unknown>(memberOf, claims);
}

function memberOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name) ? (holder as Claims)[name] : undefined;
}

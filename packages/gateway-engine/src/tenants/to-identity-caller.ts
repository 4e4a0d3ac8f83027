import type { Caller, Identity } from '../ports/index.ts';
import type { IdentityRows, KeyRows } from '../store/index.ts';
import { toCaller, type RowRules } from './to-caller.ts';

/** Rows of somebody whom the database does not know. */
const NO_ROWS: IdentityRows = {
  teamId: undefined,
  team: null,
  teamAliases: null,
  member: null,
  memberBudget: null,
  user: null,
  organization: null,
  organizationBudget: null,
  groups: [],
  memberships: [],
};

/** A name that no model has: a list that holds only this allows none. */
const NO_MODEL = 'no-default-models';

/** The caller whom a token, and the rows of those whom it names, describe. */
export function toIdentityCaller(identity: Identity, rows: IdentityRows, rules: RowRules): Caller {
  const { models, endUserId, permissions, teamAlias } = identity;
  const key: KeyRows['key'] = {
    ...NO_KEY,
    user_id: rows.user?.user_id ?? identity.userId ?? null,
    team_id: rows.teamId ?? null,
    organization_id: identity.organizationId ?? null,
    models: models === undefined ? [] : models.length === 0 ? [NO_MODEL] : [...models],
    allowed_routes: [...identity.allowedRoutes],
  };
  const caller = toCaller({ ...rows, key, keyBudget: null, project: null, projectBudget: null }, rules);
  const { grants } = caller;
  return {
    ...caller,
    ...(teamAlias !== undefined && grants?.team !== undefined && { grants: { ...grants, team: { ...grants.team, alias: teamAlias } } }),
    kind: 'jwt',
    keyHash: undefined,
    role: roleOf(identity, caller),
    ...(endUserId !== undefined && { endUserId }),
    ...(permissions !== undefined && { permissions }),
  };
}

/** An admin, who may do everything whatever the rows say. */
export function toAdminCaller(identity: Identity, rules: RowRules): Caller {
  return toIdentityCaller({ ...identity, models: undefined }, NO_ROWS, rules);
}

/** A caller without rows. */
export function toStrangerCaller(identity: Identity, rules: RowRules): Caller {
  return toIdentityCaller(identity, NO_ROWS, rules);
}

function roleOf({ isAdmin, role: said }: Identity, { role, teamId }: Caller): Caller['role'] {
  if (isAdmin) return 'proxy_admin';
  return said ?? role ?? (teamId === undefined ? undefined : 'team');
}

/** The key of a caller with a token: an empty one, as there is none. */
const NO_KEY: KeyRows['key'] = {
  token: '',
  key_name: null,
  key_alias: null,
  spend: 0,
  expires: null,
  models: [],
  aliases: {},
  user_id: null,
  team_id: null,
  project_id: null,
  organization_id: null,
  max_parallel_requests: null,
  metadata: {},
  blocked: null,
  tpm_limit: null,
  rpm_limit: null,
  tpd_limit: null,
  max_budget: null,
  allowed_routes: [],
  policies: [],
  access_group_ids: [],
  model_max_budget: {},
  budget_limits: null,
  budget_fallbacks: {},
  router_settings: {},
};

import type { BudgetRows, EndUserRows, KeyRows } from '../src/store/index.ts';

type Sparse = Readonly<Record<string, unknown>>;

/** Rows as recordings hold them: only the columns that say something, by who has them. */
export interface SparseRows {
  readonly token: Sparse;
  readonly budget?: Sparse;
  readonly team?: Sparse;
  readonly team_aliases?: Sparse;
  readonly membership?: Sparse;
  readonly membership_budget?: Sparse;
  readonly user?: Sparse;
  readonly project?: Sparse;
  readonly project_budget?: Sparse;
  readonly organization?: Sparse;
  readonly organization_budget?: Sparse;
  readonly end_user?: Sparse;
  readonly end_user_budget?: Sparse;
}

const LIMITS = { tpm_limit: null, rpm_limit: null, tpd_limit: null, max_parallel_requests: null, model_max_budget: {} };

/** The rows with every column that a database would give. */
export function keyRows(sparse: SparseRows, token: string): { readonly rows: KeyRows; readonly endUser: EndUserRows | undefined } {
  const { team, membership, user, project, organization, end_user: endUser } = sparse;
  const { expires, ...key } = sparse.token;
  const rows: KeyRows = {
    key: { ...KEY, ...key, token, expires: typeof expires === 'string' ? new Date(`${expires}Z`) : null },
    keyBudget: budget(sparse.budget),
    team: team === undefined ? null : { ...TEAM, ...team },
    teamAliases: sparse.team_aliases === undefined ? null : { aliases: sparse.team_aliases },
    member: membership === undefined ? null : { spend: 0, budget_id: null, ...membership },
    memberBudget: budget(sparse.membership_budget),
    user: user === undefined ? null : { ...USER, ...user },
    project: project === undefined ? null : { ...PROJECT, ...project },
    projectBudget: budget(sparse.project_budget),
    organization: organization === undefined ? null : { organization_id: 'o', models: [], spend: 0, metadata: {}, ...organization },
    organizationBudget: budget(sparse.organization_budget),
    groups: [],
    memberships: [],
  };
  return {
    rows,
    endUser: endUser === undefined ? undefined : { endUser: { ...END_USER, ...endUser }, budget: budget(sparse.end_user_budget) },
  };
}

function budget(sparse: Sparse | undefined): BudgetRows | null {
  if (sparse === undefined) return null;
  const { temp_budget_expiry: expiry, ...columns } = sparse;
  const none = { ...LIMITS, budget_id: 'b', max_budget: null, allowed_models: [], temp_budget_increase: null };
  return { ...none, ...columns, temp_budget_expiry: typeof expiry === 'string' ? new Date(`${expiry}Z`) : null };
}

const KEY = {
  ...LIMITS,
  key_name: null,
  key_alias: null,
  spend: 0,
  models: [],
  aliases: {},
  user_id: null,
  team_id: null,
  project_id: null,
  organization_id: null,
  metadata: {},
  blocked: null,
  max_budget: null,
  allowed_routes: [],
  policies: [],
  access_group_ids: [],
  budget_limits: null,
  budget_fallbacks: {},
  router_settings: {},
};

const TEAM = {
  ...LIMITS,
  team_id: 't',
  team_alias: null,
  organization_id: null,
  metadata: {},
  max_budget: null,
  spend: 0,
  models: [],
  blocked: false,
  access_group_ids: [],
  policies: [],
  budget_limits: null,
  router_settings: {},
};

const USER = { ...LIMITS, user_id: 'u', user_role: null, max_budget: null, spend: 0, models: [], metadata: {}, policies: [] };

const PROJECT = { project_id: 'p', metadata: {}, models: [], spend: 0, blocked: false, model_rpm_limit: {}, model_tpm_limit: {} };

const END_USER = { user_id: 'e', spend: 0, allowed_model_region: null, models: [], blocked: false };

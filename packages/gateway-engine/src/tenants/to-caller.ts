import type { JsonObject } from '@stagegate/core-transforms';
import {
  ROLES,
  type Budget,
  type Caller,
  type EndUserGrants,
  type Grants,
  type MemberGrants,
  type Role,
  type SpendScope,
  type TeamGrants,
  type UserGrants,
  type WindowGrants,
  type WindowSums,
} from '../ports/index.ts';
import type { BudgetRows, EndUserRows, KeyRows } from '../store/index.ts';
import { readWindows, type BudgetWindow } from './budget-windows.ts';
import { memberId, windowId } from './member-id.ts';
import { toCallerRouting, toRouterAliases } from './to-caller-routing.ts';
import { toModelBudgets } from './model-budgets.ts';
import { toObject } from './to-object.ts';
import { toEndUserRates, toRates } from './to-rates.ts';
import { findUnenforced, findUnenforcedOfEndUser } from './unenforced.ts';

const KNOWN_ROLES: ReadonlySet<string> = new Set(ROLES);

/** The team of sessions of LiteLLM's admin page. It never has a row. */
const PAGE_TEAM = 'litellm-dashboard';

/** By what rules rows become callers. */
export interface RowRules {
  /** Milliseconds since 1970: a budget may be raised until some time. */
  readonly nowMs: number;
  /** True: a key with limits that are not built is served all the same. */
  readonly acceptsUnenforced: boolean;
  /** Makes budgets that know what was spent after their row was read. Default: the row's own spend. */
  readonly live?: LiveBudgets;
  /** Counts what was spent by model; absent: nothing does. */
  readonly sums?: WindowSums | undefined;
}

/** Makes a budget from the row of its owner. */
export type LiveBudgets = (scope: SpendScope, id: string, row: Budget) => Budget;

/** Budgets as their rows say. */
export const AS_READ: LiveBudgets = (_scope, _id, row) => row;

/** The caller whom a key's rows describe. */
export function toCaller(rows: KeyRows, rules: RowRules): Caller {
  const { key, user, organization, memberships } = rows;
  const routing = toCallerRouting(rows);
  return {
    kind: 'virtual-key',
    keyHash: key.token,
    keyName: key.key_name ?? undefined,
    keyAlias: key.key_alias ?? undefined,
    userId: key.user_id ?? undefined,
    teamId: key.team_id ?? undefined,
    organizationId: organization?.organization_id ?? key.organization_id ?? undefined,
    projectId: key.project_id ?? undefined,
    role: user === null ? undefined : toRole(user.user_role),
    adminOf: memberships.filter(({ user_role: role }) => role === 'org_admin').map(({ organization_id: id }) => id),
    metadata: toObject(key.metadata),
    ...(routing !== undefined && { routing }),
    grants: toGrants(rows, rules),
  };
}

/** The customer whom his rows describe. */
export function toEndUser(rows: EndUserRows, { nowMs, acceptsUnenforced, live = AS_READ, sums }: RowRules): EndUserGrants {
  const { endUser, budget } = rows;
  const rates = toEndUserRates(rows);
  const modelBudgets = toModelBudgets('end_user', endUser.user_id, budget?.model_max_budget, sums);
  return {
    id: endUser.user_id,
    blocked: endUser.blocked,
    models: endUser.models ?? [],
    budget: live('end_user', endUser.user_id, { spend: endUser.spend, max: maxOf(budget, nowMs) }),
    ...(modelBudgets !== undefined && { modelBudgets }),
    ...(rates !== undefined && { rates }),
    ...((endUser.allowed_model_region ?? '') !== '' && { region: endUser.allowed_model_region ?? '' }),
    unenforced: acceptsUnenforced ? [] : findUnenforcedOfEndUser(budget),
  };
}

function toGrants(rows: KeyRows, { nowMs, acceptsUnenforced, live = AS_READ, sums }: RowRules): Grants {
  const { key, keyBudget, user, project, projectBudget, organization, organizationBudget } = rows;
  const rates = toRates(rows);
  const routerAliases = toRouterAliases(rows);
  const max = keyMax(key.max_budget ?? keyBudget?.max_budget ?? undefined, toObject(key.metadata), nowMs);
  const own = Object.keys(toObject(key.model_max_budget)).length > 0 ? key.model_max_budget : keyBudget?.model_max_budget;
  const modelBudgets = toModelBudgets('key', key.token, own, sums);
  const budgetFallbacks = toBudgetFallbacks(key.budget_fallbacks);
  const windows = toWindowGrants(readWindows('key', key.token, key.budget_limits, nowMs), rows.windows, live);
  const groups = rows.groups.filter(({ access_group_id: id }) => key.access_group_ids?.includes(id) === true);
  const owned = groups.filter(
    ({ assigned_team_ids: teams, assigned_key_ids: keys }) =>
      (key.team_id !== null && teams?.includes(key.team_id) === true) || keys?.includes(key.token) === true,
  );
  return {
    blocked: key.blocked === true,
    expiresMs: key.expires?.getTime(),
    models: key.models ?? [],
    aliases: toAliases(key.aliases),
    ...(routerAliases !== undefined && { routerAliases }),
    allowedRoutes: key.allowed_routes ?? [],
    accessGroupModels: groups.flatMap(({ access_model_names: models }) => models ?? []),
    ownedGroupModels: owned.flatMap(({ access_model_names: models }) => models ?? []),
    budget: live('key', key.token, { spend: key.spend, max }),
    ...(modelBudgets !== undefined && { modelBudgets }),
    ...(budgetFallbacks.size > 0 && { budgetFallbacks }),
    ...(windows.length > 0 && { windows }),
    team: toTeam(rows, nowMs, live, sums),
    user: user === null ? undefined : toUser(user, live, sums),
    project:
      project === null
        ? undefined
        : {
            id: project.project_id,
            blocked: project.blocked,
            models: project.models ?? [],
            budget: live('project', project.project_id, { spend: project.spend, max: maxOf(projectBudget, nowMs) }),
          },
    organization:
      organization === null
        ? undefined
        : {
            id: organization.organization_id,
            models: organization.models ?? [],
            budget: live('organization', organization.organization_id, {
              spend: organization.spend,
              max: maxOf(organizationBudget, nowMs),
            }),
          },
    ...(rates !== undefined && { rates }),
    unenforced: acceptsUnenforced ? [] : findUnenforced(rows),
  };
}

function toUser(user: NonNullable<KeyRows['user']>, live: LiveBudgets, sums: WindowSums | undefined): UserGrants {
  const modelBudgets = toModelBudgets('user', user.user_id, user.model_max_budget, sums);
  return {
    id: user.user_id,
    models: user.models ?? [],
    budget: live('user', user.user_id, { spend: user.spend, max: user.max_budget ?? undefined }),
    ...(modelBudgets !== undefined && { modelBudgets }),
    deactivated: toObject(user.metadata)['scim_active'] === false,
  };
}

/** A key whose team no longer exists gets a team that allows nothing. */
function toTeam(rows: KeyRows, nowMs: number, live: LiveBudgets, sums: WindowSums | undefined): TeamGrants | undefined {
  const { key, team, teamAliases, member, groups, windows: spends } = rows;
  if (key.team_id === null || key.team_id === PAGE_TEAM) return undefined;
  const free: Budget = { spend: 0, max: undefined };
  if (team === null) {
    const none = { alias: undefined, blocked: false, models: [], aliases: {}, accessGroupModels: [], budget: free, member: undefined };
    return { ...none, id: key.team_id, lost: true };
  }
  const { priority } = toObject(team.metadata);
  const modelBudgets = toModelBudgets('team', team.team_id, team.model_max_budget, sums);
  const windows = toWindowGrants(readWindows('team', team.team_id, team.budget_limits, nowMs), spends, live);
  return {
    id: team.team_id,
    alias: team.team_alias ?? undefined,
    blocked: team.blocked,
    models: team.models ?? [],
    aliases: toAliases(teamAliases?.aliases),
    accessGroupModels: groups
      .filter(({ access_group_id: id }) => team.access_group_ids?.includes(id) === true)
      .flatMap(({ access_model_names: models }) => models ?? []),
    budget: live('team', team.team_id, { spend: team.spend, max: team.max_budget ?? undefined }),
    ...(modelBudgets !== undefined && { modelBudgets }),
    ...(windows.length > 0 && { windows }),
    member: member === null ? undefined : toMember(rows, memberId(team.team_id, key.user_id ?? ''), nowMs, live),
    ...(typeof priority === 'string' && { priority }),
    lost: false,
  };
}

/** A member has a budget of his own, else the one that members share, unless that is 0. */
function toMember({ member, memberBudget, sharedBudget }: KeyRows, id: string, nowMs: number, live: LiveBudgets): MemberGrants {
  const own = maxOf(memberBudget, nowMs);
  const most = sharedBudget?.max_budget ?? 0;
  const isShared = own === undefined && most > 0;
  const shared = most + (memberBudget === null ? 0 : increaseOf(memberBudget, nowMs));
  return {
    models: memberBudget?.allowed_models ?? [],
    budget: live('member', id, { spend: member?.spend ?? 0, max: isShared ? shared : own }),
    ...(isShared && { sharesBudget: true }),
  };
}

/** Windows that could be read. */
function toWindowGrants(
  windows: readonly BudgetWindow[] | undefined,
  spends: KeyRows['windows'],
  live: LiveBudgets,
): readonly WindowGrants[] {
  return (windows ?? []).map(({ max, ...window }) => {
    const id = windowId(window);
    const spend = spends?.find((row) => windowId(row) === id)?.spend ?? 0;
    return { window, budget: live('window', id, { spend, max }) };
  });
}

function maxOf(budget: BudgetRows | null, nowMs: number): number | undefined {
  return budget === null || budget.max_budget === null ? undefined : budget.max_budget + increaseOf(budget, nowMs);
}

/** A temporary increase counts until it ends. */
function increaseOf({ temp_budget_increase: increase, temp_budget_expiry: expiry }: BudgetRows, nowMs: number): number {
  return expiry !== null && expiry.getTime() > nowMs ? (increase ?? 0) : 0;
}

/** The budget of a key, whose temporary increase is in its metadata. */
function keyMax(max: number | undefined, metadata: JsonObject, nowMs: number): number | undefined {
  const { temp_budget_increase: increase, temp_budget_expiry: expiry } = metadata;
  if (max === undefined || typeof increase !== 'number' || typeof expiry !== 'string') return max;
  return Date.parse(expiry) > nowMs ? max + increase : max;
}

/** An unknown role counts as the lowest of the roles of users. */
function toRole(role: string | null): Role {
  return role !== null && KNOWN_ROLES.has(role) ? (role as Role) : 'internal_user';
}

function toBudgetFallbacks(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(toObject(value)).flatMap(([model, others]) => {
      const names = Array.isArray(others) ? others.filter((name) => typeof name === 'string') : [];
      return names.length === 0 ? [] : [[model, names] as const];
    }),
  );
}

function toAliases(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(toObject(value)).flatMap(([name, model]) => (typeof model === 'string' ? [[name, model]] : [])));
}

import { covers, mayUseModel, type ModelNames } from '../auth/index.ts';
import type { Caller, Grants } from '../ports/index.ts';

/** What a new key is to allow. A member that is absent is not asked for: the key gets the default. */
export interface AskedGrants {
  readonly models?: readonly string[];
  readonly allowedRoutes?: readonly string[];
  /** USD. */
  readonly maxBudget?: number;
  /** Milliseconds since 1970. */
  readonly expiresMs?: number;
  readonly userId?: string;
  readonly teamId?: string;
  readonly projectId?: string;
  readonly organizationId?: string;
  readonly accessGroupIds?: readonly string[];
  /** What the key may do beside calls to models, by name. */
  readonly permissions?: readonly string[];
}

/** What the database knows of the creator that is not on his key. */
export interface CreatorReach {
  /** Teams that the creator may make keys for. */
  readonly teamIds: readonly string[];
  /** Organisations that the creator belongs to, or that such a team does. */
  readonly organizationIds: readonly string[];
}

/** Sets of routes that every key may have. All other sets hold routes for admins. */
const COMMON_GROUPS: ReadonlySet<string> = new Set([
  'anthropic_routes',
  'google_routes',
  'info_routes',
  'llm_api_routes',
  'model_info_routes',
  'openai_routes',
]);

const COMMON_ROUTES = ['llm_api_routes', 'info_routes'];

const MODEL_WORDS: ReadonlySet<string> = new Set(['*', 'all-proxy-models', 'all-team-models', 'no-default-models']);

/**
 * Whether a new key would allow more than its creator has: undefined, or the name of the first thing that would. A proxy admin has
 * everything. What cannot be judged counts as more.
 *
 * A negative amount, or one that is not a number, is refused to everybody: such a budget would limit nothing, or give money.
 */
export function findEscalation(creator: Caller, asked: AskedGrants, names: ModelNames, reach: CreatorReach): string | undefined {
  if (asked.maxBudget !== undefined && !(asked.maxBudget >= 0)) return 'max_budget';
  if (asked.expiresMs !== undefined && !Number.isFinite(asked.expiresMs)) return 'duration';
  if (creator.role === 'proxy_admin') return undefined;
  // An unknown caller has no rights to grant.
  const { grants } = creator;
  if (grants === undefined) return 'user_id';
  return (
    findOwnerEscalation(creator, asked, reach) ??
    (givesModels(creator, grants, asked.models ?? [], names) ? undefined : 'models') ??
    (givesRoutes(grants, asked.allowedRoutes ?? []) ? undefined : 'allowed_routes') ??
    findLimitEscalation(grants, asked)
  );
}

function findOwnerEscalation(creator: Caller, asked: AskedGrants, { teamIds, organizationIds }: CreatorReach): string | undefined {
  if (asked.userId !== undefined && asked.userId !== creator.userId) return 'user_id';
  if (asked.teamId !== undefined && asked.teamId !== creator.teamId && !teamIds.includes(asked.teamId)) return 'team_id';
  if (asked.teamId === undefined && creator.teamId !== undefined) return 'team_id';
  const { projectId, organizationId } = creator;
  if (asked.projectId !== projectId) return 'project_id';
  const { organizationId: wanted } = asked;
  const belongs = wanted !== undefined && (creator.adminOf.includes(wanted) || organizationIds.includes(wanted));
  if (wanted !== organizationId && !belongs) return 'organization_id';
  if ((asked.accessGroupIds ?? []).length > 0) return 'access_group_ids';
  return (asked.permissions ?? []).length > 0 ? 'permissions' : undefined;
}

function findLimitEscalation({ budget, expiresMs }: Grants, asked: AskedGrants): string | undefined {
  if (budget.max !== undefined && !(asked.maxBudget !== undefined && asked.maxBudget <= budget.max)) return 'max_budget';
  if (expiresMs !== undefined && !(asked.expiresMs !== undefined && asked.expiresMs <= expiresMs)) return 'duration';
  return undefined;
}

/**
 * Whether the models are within the creator's own. Owners are the same or the creator's choice, so that only the key's own list has to be
 * compared.
 */
function givesModels(creator: Caller, { models }: Grants, asked: readonly string[], names: ModelNames): boolean {
  if (models.length === 0 || models.includes('*') || models.includes('all-proxy-models')) return true;
  return asked.length > 0 && asked.every((entry) => models.includes(entry) || givesModel(creator, models, entry, names));
}

function givesModel(creator: Caller, models: readonly string[], entry: string, names: ModelNames): boolean {
  if (entry === 'no-default-models') return true;
  if (MODEL_WORDS.has(entry)) return false;
  if (!entry.includes('*')) return !names.accessGroups.has(entry) && mayUseModel(creator, entry, names);
  return models.some((own) => isPrefix(own) && entry.startsWith(own.slice(0, -1)));
}

/** Whether the only star of a pattern is its last character. */
function isPrefix(pattern: string): boolean {
  return pattern.indexOf('*') === pattern.length - 1;
}

/**
 * Whether the routes are within the creator's own. Some of the reference's sets widen what a role may do, so that every creator is judged,
 * whatever his role.
 */
function givesRoutes({ allowedRoutes }: Grants, asked: readonly string[]): boolean {
  if (asked.length === 0) return allowedRoutes.length === 0;
  return asked.every((entry) =>
    allowedRoutes.length === 0
      ? isCommonRoute(entry)
      : allowedRoutes.includes(entry) || allowedRoutes.some((own) => coversBelow(own, entry)),
  );
}

function isCommonRoute(entry: string): boolean {
  return COMMON_GROUPS.has(entry) || (!entry.includes('*') && COMMON_ROUTES.some((group) => covers(group, entry)));
}

/**
 * Whether one entry covers everything that another one does. A set of routes holds single paths; any other entry covers the paths below it,
 * too.
 */
function coversBelow(own: string, entry: string): boolean {
  if (COMMON_GROUPS.has(entry) || !entry.startsWith('/')) return false;
  const start = entry.endsWith('*') ? entry.slice(0, -1) : entry;
  if (own.endsWith('*')) return start.startsWith(own.slice(0, -1));
  return own.startsWith('/') && (start.startsWith(`${own}/`) || entry === own);
}

import type { EngineError, ModelOwner } from '../errors/index.ts';
import type { EndUserGrants, Grants, TeamGrants } from '../ports/index.ts';
import { matchesPattern } from '../text/index.ts';
import type { ModelNames } from './model-names.ts';

/** The names under which a list may hold a model. */
interface Asked {
  /** The name itself, and the group that it stands for where it is a router's alias. */
  readonly names: readonly string[];
  readonly teamId: string | undefined;
  /** The team's own names for models; undefined where the list is not the team's. */
  readonly teamAliases: Readonly<Record<string, string>> | undefined;
}

const NO_ALIASES: Readonly<Record<string, string>> = {};

/** The group that a name stands for by the router settings of the key or its team. All other checks go by that group. */
export function routedModel({ routerAliases }: Grants, model: string): string {
  return routerAliases === undefined ? model : (own(routerAliases, model) ?? model);
}

/** The group that a caller's name for a model stands for: by the alias of his router settings, else the team's, else the key's. */
export function aliasedModel(grants: Grants, name: string): string {
  const { aliases, team } = grants;
  const model = routedModel(grants, name);
  const ofTeam = own(team?.aliases ?? NO_ALIASES, model) ?? model;
  return own(aliases, ofTeam) ?? ofTeam;
}

/**
 * Whether the key's own list allows a model: undefined, or the refusal. A token's list is that of its scopes.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py.
 */
export function refuseKeyModel(grants: Grants, model: string, names: ModelNames, owner: 'key' | 'scope' = 'key'): EngineError | undefined {
  // With `all-team-models` the team's list decides. It is checked later.
  if (grants.models.includes('all-team-models')) return undefined;
  const asked = askedFor(grants, model, names);
  return isAllowed(grants.models, asked, names) || listAllows(grants.accessGroupModels, asked, names) ? undefined : denied(owner, model);
}

/**
 * Whether those whom a key belongs to may call a model: its team and member, or without a team its user; then the customer. Undefined, or
 * the refusal.
 */
export function refuseOwnersModel(
  grants: Grants,
  model: string,
  names: ModelNames,
  endUser: EndUserGrants | undefined,
): EngineError | undefined {
  const { team, user } = grants;
  const asked = askedFor(grants, model, names);
  const bare = { ...asked, teamAliases: undefined };
  if (team !== undefined) {
    if (!teamMayCall(team, asked, names) && !listAllows(grants.ownedGroupModels, asked, names)) return denied('team', model);
    if (team.member !== undefined && !isAllowed(team.member.models, bare, names)) return denied('team', model);
  } else if (user !== undefined) {
    // A user with `no-default-models` may use only the models of his teams, and is refused with the words of his key.
    if (user.models.includes('no-default-models')) return denied('key', model);
    if (!isAllowed(user.models, bare, names)) return denied('user', model);
  }
  return endUser === undefined || customerMayCall(endUser, grants, model, names) ? undefined : denied('customer', model);
}

/** Whether a project may call a model: undefined, or the refusal. */
export function refuseProjectModel(grants: Grants, model: string, names: ModelNames): EngineError | undefined {
  const asked = { ...askedFor(grants, model, names), teamAliases: undefined };
  return isAllowed(grants.project?.models ?? [], asked, names) ? undefined : denied('project', model);
}

/** Whether the customer's list allows a model, for any caller. */
export function customerMayCall({ models }: EndUserGrants, grants: Grants | undefined, model: string, names: ModelNames): boolean {
  if (models.includes(model) && own(grants?.team?.aliases ?? NO_ALIASES, model) !== undefined) return true;
  const asked = grants === undefined ? plain(model, names) : askedFor(grants, aliasedModel(grants, model), names);
  return isAllowed(models, { ...asked, teamAliases: undefined }, names);
}

/** Whether a list of names, patterns and access groups contains a model, for any caller. An empty list contains every model. */
export function isListedModel(models: readonly string[], model: string, names: ModelNames): boolean {
  return isAllowed(models, plain(model, names), names);
}

function denied(owner: ModelOwner, model: string): EngineError {
  return { kind: 'model-denied', owner, model };
}

function askedFor(grants: Grants, model: string, names: ModelNames): Asked {
  const { aliases, team } = grants;
  const afterTeam = own(team?.aliases ?? NO_ALIASES, model) ?? model;
  const afterKey = own(aliases, afterTeam);
  const base = { teamId: team?.id, teamAliases: team?.aliases };
  // A key's own alias is judged by what it stands for; any other name by itself, and by what it stands for.
  if (afterKey !== undefined && afterKey !== afterTeam) return { ...base, names: [afterKey] };
  return { ...base, names: plain(model, names).names };
}

function plain(model: string, names: ModelNames): Asked {
  const target = names.aliasTarget(model);
  return { names: target === undefined ? [model] : [model, target], teamId: undefined, teamAliases: undefined };
}

function teamMayCall(team: TeamGrants, asked: Asked, names: ModelNames): boolean {
  return isAllowed(team.models, asked, names) || listAllows(team.accessGroupModels, asked, names);
}

/** For a list that adds to another one: an empty one adds nothing. */
function listAllows(models: readonly string[], asked: Asked, names: ModelNames): boolean {
  return models.length > 0 && isAllowed(models, asked, names);
}

/** For a list that limits: an empty one limits nothing. */
function isAllowed(models: readonly string[], asked: Asked, names: ModelNames): boolean {
  return models.length === 0 || asked.names.some((name) => isListed(models, name, asked, names));
}

function isListed(models: readonly string[], name: string, { teamId, teamAliases }: Asked, names: ModelNames): boolean {
  if (models.includes(name) || models.includes('all-proxy-models')) return true;
  if (teamAliases !== undefined && own(teamAliases, name) !== undefined) return true;
  if (teamId !== undefined && models.includes('all-team-models') && names.groups.includes(name)) return true;
  if (names.accessGroupsOf(name, teamId).some((group) => models.includes(group))) return true;
  const patterns = models.filter((entry) => entry.includes('*'));
  if (patterns.length === 0) return false;
  if (patterns.some((pattern) => matchesPattern(pattern, name))) return true;
  const whole = names.withProvider(name);
  return whole !== undefined && patterns.some((pattern) => matchesPattern(pattern, whole));
}

/** Own members only: a client could ask for a model named `constructor`. */
function own(aliases: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(aliases, name) ? aliases[name] : undefined;
}

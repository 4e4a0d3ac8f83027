import type { EngineError, ModelOwner } from '../errors/index.ts';
import type { EndUserGrants, Grants, TeamGrants } from '../ports/index.ts';
import { matchesStars } from './matches-pattern.ts';
import type { ModelNames } from './model-names.ts';

/** The names by which one model may be listed. */
interface Asked {
  /** The name to look for, and what a router's alias of it stands for. */
  readonly names: readonly string[];
  readonly teamId: string | undefined;
  /** Names that the team gave to models; undefined where a list is not the team's business. */
  readonly teamAliases: Readonly<Record<string, string>> | undefined;
}

const NO_ALIASES: Readonly<Record<string, string>> = {};

/** What a name stands for by the router settings of a key or its team: everything else, who may call it too, goes by that. */
export function routedModel({ routerAliases }: Grants, model: string): string {
  return routerAliases === undefined ? model : (own(routerAliases, model) ?? model);
}

/** The model that a caller's name for it stands for: first his router settings' alias, then the team's, then the key's. */
export function aliasedModel(grants: Grants, name: string): string {
  const { aliases, team } = grants;
  const model = routedModel(grants, name);
  const ofTeam = own(team?.aliases ?? NO_ALIASES, model) ?? model;
  return own(aliases, ofTeam) ?? ofTeam;
}

/** Whether a key's own list lets it call a model: undefined, or the refusal. Source: LiteLLM 1.106.2, proxy/auth/auth_checks.py. */
export function refuseKeyModel(grants: Grants, model: string, names: ModelNames): EngineError | undefined {
  // With `all-team-models` the team's own list decides, and comes later.
  if (grants.models.includes('all-team-models')) return undefined;
  const asked = askedFor(grants, model, names);
  return isAllowed(grants.models, asked, names) || listAllows(grants.accessGroupModels, asked, names) ? undefined : denied('key', model);
}

/**
 * Whether those whom a key belongs to may call a model: its team and its member, else its user; then the customer. Undefined,
 * or who says no.
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
    // Who has no models of his own but his teams' is refused as his key is.
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

/** A customer's models, whoever makes the call. */
export function customerMayCall({ models }: EndUserGrants, grants: Grants | undefined, model: string, names: ModelNames): boolean {
  if (models.includes(model) && own(grants?.team?.aliases ?? NO_ALIASES, model) !== undefined) return true;
  const asked = grants === undefined ? plain(model, names) : askedFor(grants, aliasedModel(grants, model), names);
  return isAllowed(models, { ...asked, teamAliases: undefined }, names);
}

/** Whether a list of names, patterns and access groups means a model, whoever asks for it. An empty one means all. */
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
  // A key's own alias is judged by what it leads to; any other name by itself and by what it leads to.
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

/** Of a list that adds to others: empty adds nothing. */
function listAllows(models: readonly string[], asked: Asked, names: ModelNames): boolean {
  return models.length > 0 && isAllowed(models, asked, names);
}

/** Of a list that limits: empty limits nothing. */
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
  if (patterns.some((pattern) => matchesStars(pattern, name))) return true;
  const whole = names.withProvider(name);
  return whole !== undefined && patterns.some((pattern) => matchesStars(pattern, whole));
}

/** A name that clients choose must not find what every object has. */
function own(aliases: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(aliases, name) ? aliases[name] : undefined;
}

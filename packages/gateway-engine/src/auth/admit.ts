import type { JsonObject } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { AccessGroupGrants, Caller, EndUserGrants, Grants, TagGrants } from '../ports/index.ts';
import { refusePath } from './allowed-routes.ts';
import { throttlePart } from './budget-throttle.ts';
import {
  refuseSpentEndUser,
  refuseSpentKey,
  refuseSpentMember,
  refuseSpentOwners,
  refuseSpentProject,
  refuseSpentTags,
  refuseUnconfirmed,
  type MoneyRules,
} from './budgets.ts';
import { aliasedModel, customerMayCall, refuseKeyModel, refuseOwnersModel, refuseProjectModel, routedModel } from './model-access.ts';
import { refuseSpentModels, refuseSpentTeamModels } from './model-budgets.ts';
import type { ModelNames } from './model-names.ts';
import { namedFallbacks } from './named-fallbacks.ts';
import { refuseRoleModel, refuseRolePath } from './refuse-role.ts';

/** The part of a call that decides whether its caller may make it. */
export interface Ask {
  /** As the client wrote it. */
  readonly path: string;
  /** Undefined: the call names no model. */
  readonly model: string | undefined;
  readonly body: JsonObject;
  /** Those of its tags that have a budget; undefined: none has. */
  readonly tags?: readonly TagGrants[] | undefined;
  /** The model access groups that let the call in and have a budget row; undefined: none. */
  readonly accessGroups?: readonly AccessGroupGrants[] | undefined;
  /** Absent: the reference's defaults. */
  readonly rules?: MoneyRules;
}

const NO_RULES: MoneyRules = {};

/**
 * Whether a caller may make a call, once its body is known: undefined, or the first reason why not. Asked in the reference's order: the
 * key's models and money, the route, then the models and the money of those whom the key belongs to.
 *
 * Models that the client names as fallbacks have to pass the same lists. (The reference checks those of the key and the customer only.)
 */
export function refuseCall(caller: Caller, ask: Ask, names: ModelNames, endUser: EndUserGrants | undefined): EngineError | undefined {
  const { grants } = caller;
  const unfit = endUser === undefined ? undefined : refuseEndUser(endUser);
  if (unfit !== undefined) return unfit;
  if (grants === undefined) {
    return refuseCustomer(ask, names, endUser) ?? unlessFree(refuseSpentTags(ask.tags) ?? refuseSpentEndUser(endUser), caller, ask, names);
  }
  const { rules = NO_RULES } = ask;
  const asked = askedModels(ask, names);
  const models = asked.map((model) => routedModel(grants, model));
  return (
    firstOf(asked, (model) => refuseRoleModel(caller, model)) ??
    refuseRolePath(caller, ask.path) ??
    firstOf(models, (model) => refuseKeyModel(grants, model, names, caller.kind === 'jwt' ? 'scope' : 'key')) ??
    refuseUser(caller) ??
    unlessFree(
      refuseSpentMember(caller) ??
        (throttlePart(caller, rules) === undefined ? refuseSpentKey(caller, grants) : undefined) ??
        refuseUnconfirmed(caller, rules) ??
        refuseSpentModels(caller, endUser, models),
      caller,
      ask,
      names,
    ) ??
    refusePath(grants, ask.path) ??
    refuseTeam(grants) ??
    firstOf(models, (model) => refuseOwnersModel(grants, model, names, endUser)) ??
    refuseProject(grants) ??
    firstOf(models, (model) => refuseProjectModel(grants, model, names)) ??
    unlessFree(
      refuseSpentProject(grants) ??
        refuseSpentOwners(grants, ask, rules) ??
        refuseSpentEndUser(endUser) ??
        refuseSpentTeamModels(caller, models),
      caller,
      ask,
      names,
    )
  );
}

/** The checks for a call that goes to no model: everything but models and money. */
export function refuseVisit(caller: Caller, path: string): EngineError | undefined {
  const { grants } = caller;
  if (grants === undefined) return undefined;
  return refuseRolePath(caller, path) ?? refuseUser(caller) ?? refusePath(grants, path) ?? refuseTeam(grants) ?? refuseProject(grants);
}

/** A spent budget does not stop a call to a model that is free. */
function unlessFree(spent: EngineError | undefined, caller: Caller, { model }: Ask, names: ModelNames): EngineError | undefined {
  return spent === undefined || asksFree(caller, model, names) ? undefined : spent;
}

/**
 * Whether everything that a call asks for is free, so that no budget can be too small for it. Source: LiteLLM 1.106.2,
 * proxy/auth/auth_checks.py.
 */
export function asksFree(caller: Caller, model: string | undefined, names: ModelNames): boolean {
  if (model === undefined) return false;
  const { grants } = caller;
  return severalOf(model, names).every((name) => names.isFree(grants === undefined ? name : aliasedModel(grants, name), caller));
}

/** Whether a caller may use a model at all, whatever is left of the budgets: for lists of models. */
export function mayUseModel({ grants }: Caller, name: string, names: ModelNames): boolean {
  if (grants === undefined) return true;
  const model = routedModel(grants, name);
  const refused = refuseKeyModel(grants, model, names) ?? refuseOwnersModel(grants, model, names, undefined);
  return (refused ?? refuseProjectModel(grants, model, names)) === undefined;
}

/** The caller as a member of the first of his teams that may use the model; unchanged where he has only one team, or none of them may. */
export function chooseCaller(caller: Caller, model: string | undefined, names: ModelNames): Caller {
  const { others } = caller;
  if (others === undefined || model === undefined || mayUseModel(caller, model, names)) return caller;
  return others.find((other) => mayUseModel(other, model, names)) ?? caller;
}

function refuseUser({ grants, userId }: Caller): EngineError | undefined {
  if (grants?.user?.deactivated !== true) return undefined;
  return {
    kind: 'caller-refused',
    message: `User=${userId ?? ''} has been deactivated via SCIM. Keys owned by this user cannot be used.`,
  };
}

function refuseTeam({ team }: Grants): EngineError | undefined {
  if (team?.lost === true) return { kind: 'caller-refused', message: `Team doesn't exist in db. Team=${team.id}.` };
  if (team?.blocked !== true) return undefined;
  return { kind: 'caller-refused', message: `Team=${team.id} is blocked. Update via \`/team/unblock\` if you're an admin.` };
}

function refuseProject({ project }: Grants): EngineError | undefined {
  if (project?.blocked !== true) return undefined;
  return { kind: 'caller-refused', message: `Project=${project.id} is blocked. Update via \`/project/update\` if you're an admin.` };
}

/**
 * Refuses a blocked customer, and one with limits that are not enforced. (The reference serves a blocked one, unless a hook of its
 * enterprise edition is configured.)
 */
function refuseEndUser({ id, blocked, unenforced }: EndUserGrants): EngineError | undefined {
  if (unenforced.length > 0) return { kind: 'limits-not-built', names: unenforced };
  if (!blocked) return undefined;
  return { kind: 'caller-refused', message: `End User=${id} is blocked. Update via \`/customer/unblock\` if you're an admin.` };
}

function refuseCustomer(ask: Ask, names: ModelNames, endUser: EndUserGrants | undefined): EngineError | undefined {
  if (endUser === undefined) return undefined;
  const denied = askedModels(ask, names).find((model) => !customerMayCall(endUser, undefined, model, names));
  return denied === undefined ? undefined : { kind: 'model-denied', owner: 'customer', model: denied };
}

function firstOf(models: readonly string[], refuse: (model: string) => EngineError | undefined): EngineError | undefined {
  for (const model of models) {
    const refused = refuse(model);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** The names that a call asks for: its model, or each of several with commas between, and the fallbacks that the client names. */
function askedModels({ model, body }: Ask, names: ModelNames): readonly string[] {
  const fallbacks = namedFallbacks(body);
  if (model === undefined) return fallbacks;
  const first = severalOf(model, names);
  return fallbacks.length === 0 ? first : [...first, ...fallbacks];
}

/** A model's name, or each of several with commas between. */
export function severalOf(model: string, names: ModelNames): readonly string[] {
  return model.includes(',') && !names.groups.includes(model) ? model.split(',').map((name) => name.trim()) : [model];
}

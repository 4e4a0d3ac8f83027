import type { EngineError } from '../errors/index.ts';
import type { Caller, EndUserGrants, Grants, ModelBudget, ModelBudgets, SumWindow } from '../ports/index.ts';
import { aliasedModel, refuseKeyModel, refuseOwnersModel, routedModel } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/**
 * Whether a key, its user or the customer has spent what calls to a model may cost: undefined, or the refusal.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/model_max_budget_limiter.py; so are the others here.
 */
export function refuseSpentModels(
  { grants, keyHash, keyAlias, userId }: Caller,
  endUser: EndUserGrants | undefined,
  models: readonly string[],
): EngineError | undefined {
  return (
    refuse(grants?.modelBudgets, models, grants, `LiteLLM Virtual Key: ${keyHash}, key_alias: ${keyAlias ?? 'None'}`) ??
    refuse(grants?.user?.modelBudgets, models, grants, `LiteLLM User: ${userId}`) ??
    refuse(endUser?.modelBudgets, models, grants, `LiteLLM End User: ${endUser?.id}`)
  );
}

/**
 * The model that a call asks for: what it names, or, once its key has spent what calls to that may cost, the first of those that the key
 * names in its place which has money left, if the key and its team may call it.
 *
 * source: LiteLLM 1.106.2, proxy/auth/user_api_key_auth.py `_check_key_model_budget_with_fallback`.
 */
export function affordableModel({ grants }: Caller, model: string | undefined, names: ModelNames): string | undefined {
  const others = model === undefined ? undefined : grants?.budgetFallbacks?.get(model);
  if (grants === undefined || model === undefined || others === undefined || !isSpent(grants, routedModel(grants, model))) return model;
  const other = others.find((name) => !isSpent(grants, name));
  if (other === undefined || refuseKeyModel(grants, other, names) !== undefined) return model;
  return grants.team !== undefined && refuseOwnersModel(grants, other, names, undefined) !== undefined ? model : other;
}

function isSpent(grants: Grants, model: string): boolean {
  return refuse(grants.modelBudgets, [model], grants, '') !== undefined;
}

/** The refusal of a team, last of all: a key's own budget for a model takes the place of its team's. */
export function refuseSpentTeamModels({ grants }: Caller, models: readonly string[]): EngineError | undefined {
  const budgets = grants?.team?.modelBudgets;
  if (budgets === undefined) return undefined;
  const teams = models.filter((model) => !hasOwn(grants?.modelBudgets, targetOf(grants, model)));
  return refuse(budgets, teams, grants, `LiteLLM Team: ${grants?.team?.id}`);
}

const NONE: readonly SumWindow[] = [];

/** The sums that a call to a model of a group is added to. Costs nothing for a caller without budgets by model. */
export function modelWindows(caller: Caller | undefined, endUser: EndUserGrants | undefined, group: string): readonly SumWindow[] {
  const grants = caller?.grants;
  const user = grants?.user?.modelBudgets;
  if ((grants?.modelBudgets ?? grants?.team?.modelBudgets ?? user ?? endUser?.modelBudgets) === undefined) return NONE;
  const team = hasOwn(grants?.modelBudgets, group) ? undefined : grants?.team?.modelBudgets;
  return [grants?.modelBudgets, team, user, endUser?.modelBudgets].flatMap((budgets) => {
    const found = budgetFor(budgets, group);
    return found === undefined ? [] : [found.window];
  });
}

/** By the model's name, or by what comes after the provider's. */
function budgetFor(budgets: ModelBudgets | undefined, model: string): ModelBudget | undefined {
  return budgets === undefined ? undefined : (budgets.get(model) ?? budgets.get(model.slice(model.lastIndexOf('/') + 1)));
}

function hasOwn(budgets: ModelBudgets | undefined, model: string): boolean {
  return budgetFor(budgets, model)?.budget.max !== undefined;
}

/** What a call is charged to is what its name stands for. */
function targetOf(grants: Grants | undefined, model: string): string {
  return grants === undefined ? model : aliasedModel(grants, model);
}

function refuse(
  budgets: ModelBudgets | undefined,
  models: readonly string[],
  grants: Grants | undefined,
  who: string,
): EngineError | undefined {
  if (budgets === undefined) return undefined;
  const spent = models.find((model) => {
    const budget = budgetFor(budgets, targetOf(grants, model))?.budget;
    // Written so that a number that is none never lets anybody spend.
    return budget?.max !== undefined && !(budget.spend < budget.max);
  });
  return spent === undefined ? undefined : { kind: 'budget-exceeded', message: `${who}, exceeded budget for model=${spent}` };
}

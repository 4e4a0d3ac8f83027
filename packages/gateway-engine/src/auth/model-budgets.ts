import type { EngineError } from '../errors/index.ts';
import type { Caller, EndUserGrants, Grants, ModelBudget, ModelBudgets, SumWindow } from '../ports/index.ts';
import { aliasedModel, refuseKeyModel, refuseOwnersModel, routedModel } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/**
 * Whether a key, its user or the customer has used up its budget for a model: undefined, or the refusal.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/model_max_budget_limiter.py, like the others here.
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
 * The model that a call is sent to: the one it names or, once the key's budget for that is used up, the first of the key's replacements
 * that has money left and that the key and its team may call.
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

/** Whether the team has used up its budget for a model: checked last. A key's own budget for the model replaces its team's. */
export function refuseSpentTeamModels({ grants }: Caller, models: readonly string[]): EngineError | undefined {
  const budgets = grants?.team?.modelBudgets;
  if (budgets === undefined) return undefined;
  const teams = models.filter((model) => !hasOwn(grants?.modelBudgets, targetOf(grants, model)));
  return refuse(budgets, teams, grants, `LiteLLM Team: ${grants?.team?.id}`);
}

const NONE: readonly SumWindow[] = [];

/** The budget windows that the cost of a call is added to. Costs nothing for a caller without budgets by model. */
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

/** By the model's whole name, else by its name without the provider. */
function budgetFor(budgets: ModelBudgets | undefined, model: string): ModelBudget | undefined {
  return budgets === undefined ? undefined : (budgets.get(model) ?? budgets.get(model.slice(model.lastIndexOf('/') + 1)));
}

function hasOwn(budgets: ModelBudgets | undefined, model: string): boolean {
  return budgetFor(budgets, model)?.budget.max !== undefined;
}

/** Calls are charged to the model that their name stands for. */
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
    // Written so that a NaN never lets anybody spend.
    return budget?.max !== undefined && !(budget.spend < budget.max);
  });
  return spent === undefined ? undefined : { kind: 'budget-exceeded', message: `${who}, exceeded budget for model=${spent}` };
}

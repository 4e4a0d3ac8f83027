import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { badRequest } from './errors.ts';
import { isSaid } from './types.ts';

/** The budget of thinking tokens for each effort. Source: LiteLLM 1.106.2, constants.py, read 2026-11-26. */
const BUDGETS: Readonly<Record<string, number>> = { low: 1024, medium: 2048, high: 4096, disable: 0, none: 0 };

/** A model's smallest budget, by the first name that matches. */
const MINIMAL_BUDGETS: readonly (readonly [name: string, tokens: number])[] = [
  ['gemini-2.5-flash-lite', 512],
  ['gemini-2.5-pro', 128],
  ['gemini-2.5-flash', 1],
];
const MINIMAL_BUDGET_DEFAULT = 128;

const EFFORTS = ['minimal', 'low', 'medium', 'high', 'none', 'disable'];
const OFF: ReadonlySet<string> = new Set(['none', 'disable']);

/**
 * `reasoning_effort` and `thinking` → the provider's `thinkingConfig`: a budget for older models, a level for newer ones.
 *
 * in:     the parameters; the client's own `thinking` takes precedence over an effort.
 * out:    undefined if neither is set.
 * errors: `unsupported-params` for an unknown effort, and for both on a model with levels.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py, read 2026-11-26.
 */
export function toThinkingConfig(params: JsonObject, plan: Plan): Outcome<JsonObject | undefined> {
  const { reasoning_effort: given, thinking } = params;
  const effort = isObject(given) ? given['effort'] : given;
  const byEffort = typeof effort === 'string' ? fromEffort(effort, plan) : ok(undefined);
  if (!byEffort.ok || !isSaid(thinking)) return byEffort;
  if (!isObject(thinking)) return badRequest('thinking', 'thinking must be an object');
  if (byEffort.value?.['thinkingLevel'] !== undefined) {
    const message =
      'Cannot specify both `thinking` (which maps to `thinking_budget`) and `thinking_level` in the same request. ' +
      'For Gemini 3 models, use `thinking_level` instead.';
    return refuse('thinking', message, plan);
  }
  return ok(fromThinking(thinking, plan));
}

function fromEffort(effort: string, plan: Plan): Outcome<JsonObject> {
  if (!EFFORTS.includes(effort)) {
    const message =
      `Invalid \`reasoning_effort\`: '${effort}'. Must be one of: ${EFFORTS.map((name) => `'${name}'`).join(', ')}. To drop this param, ` +
      'set `litellm.drop_params = True` or pass in `(.., drop_params=True)` in the request - https://docs.litellm.ai/docs/completion/drop_params';
    return refuse('reasoning_effort', message, plan);
  }
  const includeThoughts = !OFF.has(effort);
  if (!isNewGeneration(plan.model)) return ok({ thinkingBudget: BUDGETS[effort] ?? minimalBudget(plan.model), includeThoughts });
  const lowest = takesMinimal(plan) ? 'minimal' : 'low';
  return ok({ thinkingLevel: OFF.has(effort) || effort === 'minimal' ? lowest : effort, includeThoughts });
}

function minimalBudget(model: string): number {
  const name = model.toLowerCase();
  return MINIMAL_BUDGETS.find(([part]) => name.includes(part))?.[1] ?? MINIMAL_BUDGET_DEFAULT;
}

function takesMinimal({ model, facts }: Plan): boolean {
  return model.toLowerCase().includes('flash') && facts?.denies.has('minimal_reasoning_effort') !== true;
}

function fromThinking({ type, budget_tokens: budget }: JsonObject, { model }: Plan): JsonObject {
  const thinks = type === 'enabled' && budget !== 0;
  if (isNewGeneration(model)) return { includeThoughts: thinks };
  return { ...(thinks && { includeThoughts: true }), ...(Number.isInteger(budget) && { thinkingBudget: budget ?? null }) };
}

function refuse(param: string, message: string, { provider, model }: Plan): Failure {
  const params: readonly string[] = [param];
  return fail({ kind: 'unsupported-params', provider: provider.id, model, params, message });
}

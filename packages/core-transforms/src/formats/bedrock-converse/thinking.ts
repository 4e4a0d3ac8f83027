import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import {
  adaptLegacyThinking,
  budgetForAdaptive,
  fromReasoningEffort,
  isEnabled,
  refuseEffort,
  thinksAdaptively,
} from '../anthropic-messages/thinking.ts';
import { MAX_TOKENS_DEFAULT } from '../anthropic-messages/types.ts';
import { baseModel, modelRows, withoutRoute } from './model-id.ts';

const BUDGET_TOKENS_MIN = 1024;
/** Efforts from weak to strong, as Bedrock ranks them. */
const EFFORTS: readonly string[] = ['low', 'medium', 'high', 'max', 'xhigh'];
const NOVA_EFFORTS: ReadonlySet<string> = new Set(['low', 'medium', 'high']);
const GPT = /openai\.gpt-\d/u;
const NOVA_2 = /^(?:(?:us|eu|apac)\.)?amazon\.nova-2-|^nova-2\//u;

/**
 * `reasoning_effort`, `thinking` and `output_config` → the members of the model's family.
 *
 * in:     the parameters that passed.
 * out:    members for `additionalModelRequestFields`.
 * errors: `bad-request` for an effort that is unknown or that the model does not have; `unsupported-params` for one that the facts deny it.
 * source: LiteLLM 1.106.2, converse_transformation.py `_handle_reasoning_effort_parameter` and `map_openai_params`, read 2026-11-23.
 */
export function mapThinking(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const name = withoutRoute(plan.model);
  const effort = mapEffort(params['reasoning_effort'], name, plan);
  if (!effort.ok) return effort;
  const { thinking: given } = params;
  const { output_config: own } = params;
  const before: JsonObject = { ...effort.value, ...(isObject(own) && { output_config: capEffort({ ...own }, plan) }) };
  if (given === undefined || isDeepseek(plan) || GPT.test(name)) return ok(before);
  const maxTokens = params['max_completion_tokens'] ?? params['max_tokens'];
  if (isObject(given) && given['type'] === 'adaptive' && !thinksAdaptively(plan.facts)) {
    const budget = budgetForAdaptive(maxTokens);
    return ok(budget === undefined ? before : { ...before, thinking: budget });
  }
  const adapted = adaptLegacyThinking({ thinking: given, outputConfig: before['output_config'] }, plan.facts);
  const { output_config: _config, ...rest } = before;
  return ok({
    ...rest,
    ...(adapted.thinking !== undefined && { thinking: adapted.thinking }),
    ...(adapted.outputConfig !== undefined && { output_config: adapted.outputConfig }),
  });
}

/** Raises the budget to the provider's minimum, and leaves room for the answer if the client set no limit. */
export function withRoom(
  thinking: JsonValue | undefined,
  params: JsonObject,
  plan: Plan,
): { readonly thinking?: JsonValue; readonly maxTokens?: number } {
  if (thinking === undefined || plan.model.includes('gpt-oss') || NOVA_2.test(withoutRoute(plan.model))) {
    return thinking === undefined ? {} : { thinking };
  }
  const budget = isObject(thinking) ? thinking['budget_tokens'] : undefined;
  if (typeof budget !== 'number' || !isObject(thinking)) return { thinking };
  const raised = Math.max(budget, BUDGET_TOKENS_MIN);
  const isFree = params['max_tokens'] === undefined && params['max_completion_tokens'] === undefined;
  return {
    thinking: raised === budget ? thinking : { ...thinking, budget_tokens: raised },
    ...(isFree && isEnabled(thinking) && { maxTokens: raised + MAX_TOKENS_DEFAULT }),
  };
}

/** A client's `output_config` with its effort capped to what Bedrock's validator accepts. Other members stay. */
export function capEffort(config: JsonObject, plan: Plan): JsonObject {
  const { effort } = config;
  const ceiling = effortCeiling(plan);
  if (typeof effort !== 'string' || ceiling === undefined || !EFFORTS.includes(effort)) return config;
  return EFFORTS.indexOf(effort) > EFFORTS.indexOf(ceiling) ? { ...config, effort: ceiling } : config;
}

/** Why an effort cannot be sent; undefined if it can. */
export function checkEffort(effort: JsonValue | undefined, plan: Plan): string | undefined {
  if (effort === undefined || effort === null) return undefined;
  if (typeof effort !== 'string' || !EFFORTS.includes(effort)) {
    const words = "'low', 'medium', 'high', 'xhigh', or 'max'";
    return `Invalid reasoning_effort/output_config.effort value: '${String(effort)}'. Must be one of: ${words}.`;
  }
  return refuseEffort(effort, plan.model, plan.facts);
}

function mapEffort(effort: JsonValue | undefined, name: string, plan: Plan): Outcome<JsonObject> {
  if (typeof effort !== 'string') return ok({});
  if (name.includes('deepseek.r1') || baseModel(plan).includes('deepseek.r1')) return ok({});
  if (GPT.test(name) && plan.facts?.denies.has(`${effort}_reasoning_effort`) === true) {
    if (plan.settings.dropParams) return ok({});
    const message = `${plan.model} does not support reasoning_effort=${effort}. To drop unsupported params, set \`litellm.drop_params = True\`.`;
    return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: ['reasoning_effort'], message });
  }
  if (name.includes('gpt-oss') || name.includes('deepseek')) return ok({ reasoning_effort: effort });
  if (GPT.test(name)) return ok({ reasoning: { effort } });
  if (NOVA_2.test(name)) {
    if (NOVA_EFFORTS.has(effort)) return ok({ reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } });
    return badRequest(
      'reasoning_effort',
      `Invalid reasoning_effort value '${effort}' for Nova 2 models. Supported values: ['low', 'medium', 'high']`,
    );
  }
  const mapped = fromReasoningEffort(effort, plan.facts);
  if (!mapped.ok) return mapped;
  const { thinking, outputConfig } = mapped.value ?? {};
  const config = isObject(outputConfig) ? capEffort(outputConfig, plan) : undefined;
  const refused = config === undefined ? undefined : checkEffort(config['effort'], plan);
  if (refused !== undefined) return badRequest('reasoning_effort', refused);
  return ok({ ...(thinking !== undefined && { thinking }), ...(config !== undefined && { output_config: config }) });
}

function isDeepseek(plan: Plan): boolean {
  return plan.model.includes('deepseek') || baseModel(plan).includes('deepseek');
}

function effortCeiling(plan: Plan): string | undefined {
  const [row] = modelRows(plan);
  return EFFORTS.find((effort) => row?.has.has(`bedrock_effort_ceiling_${effort}`) === true);
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from './errors.ts';

/** The smallest budget that the provider accepts, in tokens. */
const BUDGET_TOKENS_MIN = 1024;

/** The budget in tokens for each effort, for models that take a budget. */
const BUDGET_TOKENS: Readonly<Record<string, number>> = {
  minimal: BUDGET_TOKENS_MIN,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
  max: 16384,
};

/** OpenAI's effort → `output_config.effort`, for models that think adaptively. */
const EFFORTS: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

const EFFORT_LEVELS: readonly string[] = ['low', 'minimal', 'medium', 'high', 'xhigh', 'max'];
const OUTPUT_EFFORTS: ReadonlySet<JsonValue> = new Set(['high', 'medium', 'low', 'xhigh', 'max']);

/** The two members that control a model's thinking. An absent one is not sent. */
export interface Thinking {
  readonly thinking?: JsonValue | undefined;
  readonly outputConfig?: JsonValue | undefined;
}

/** Whether the model takes `thinking: adaptive` and `output_config.effort` rather than a budget. */
export function thinksAdaptively(facts: ModelFacts | undefined): boolean {
  return facts?.supports.has('adaptive_thinking') === true;
}

/**
 * OpenAI's `reasoning_effort` → the provider's members.
 *
 * in:     the effort, as a string or as the object of the responses API; other shapes are ignored.
 * out:    both members; empty for `none`, undefined if the value is ignored.
 * errors: `bad-request` for an unknown effort.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `_map_reasoning_effort`, read 2026-11-23.
 */
export function fromReasoningEffort(value: JsonValue, facts: ModelFacts | undefined): Outcome<Thinking | undefined> {
  const effort = isObject(value) ? value['effort'] : value;
  if (typeof effort !== 'string') return ok(undefined);
  if (effort === 'none') return ok({});
  const mapped = EFFORTS[effort];
  const budget = BUDGET_TOKENS[effort];
  if (mapped === undefined || budget === undefined) {
    const words = "'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'none'";
    return badRequest('reasoning_effort', `Invalid reasoning_effort: '${effort}'. Must be one of: ${words}`);
  }
  if (!thinksAdaptively(facts)) return ok({ thinking: { type: 'enabled', budget_tokens: budget } });
  // Without `display` the provider leaves the thinking out and answers with a blank block.
  return ok({ thinking: { type: 'adaptive', display: 'summarized' }, outputConfig: { effort: mapped } });
}

/** Caps a budget below `max_tokens`, which the provider requires; undefined if not even the smallest budget fits. */
export function capBudget(thinking: JsonValue | undefined, maxTokens: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(thinking) || typeof thinking['budget_tokens'] !== 'number' || typeof maxTokens !== 'number') return thinking;
  if (maxTokens <= BUDGET_TOKENS_MIN) return undefined;
  if (thinking['budget_tokens'] < maxTokens) return thinking;
  return { type: thinking['type'] ?? 'enabled', budget_tokens: maxTokens - 1 };
}

/**
 * `thinking: enabled` for a model that only takes `adaptive`: the budget becomes an effort. Anything else stays.
 *
 * source: as above, common_utils.py `translate_legacy_thinking_for_adaptive_model`.
 */
export function adaptLegacyThinking(given: Thinking, facts: ModelFacts | undefined): Thinking {
  const { thinking, outputConfig } = given;
  if (facts === undefined || !thinksAdaptively(facts) || facts.supports.has('legacy_thinking')) return given;
  if (!isObject(thinking) || thinking['type'] !== 'enabled') return given;
  const display = thinking['display'];
  const binding = thinking['block_binding'];
  const effort = budgetToEffort(Number(thinking['budget_tokens'] ?? 0), facts);
  return {
    thinking: {
      ...(binding !== undefined && binding !== null && { block_binding: binding }),
      type: 'adaptive',
      ...((display === 'summarized' || display === 'omitted') && { display }),
    },
    outputConfig: { effort, ...(isObject(outputConfig) && outputConfig) },
  };
}

/**
 * The replacement for a client's `thinking: adaptive` if the model only takes a budget: that of medium effort, or nothing if it does not
 * fit.
 */
export function budgetForAdaptive(maxTokens: JsonValue | undefined): JsonValue | undefined {
  return capBudget({ type: 'enabled', budget_tokens: BUDGET_TOKENS['medium'] }, maxTokens);
}

/** Whether `thinking` is sent: models that always think refuse `disabled`. */
export function keepsThinking(thinking: JsonValue | undefined, facts: ModelFacts | undefined): boolean {
  const disabled = isObject(thinking) && thinking['type'] === 'disabled';
  return !(disabled && facts?.supports.has('thinking_always_on') === true);
}

/** Whether the model accepts `output_config.effort` at all. */
export function takesEffort(facts: ModelFacts | undefined): boolean {
  if (facts === undefined) return false;
  return facts.supports.has('output_config') || EFFORT_LEVELS.some((level) => facts.supports.has(`${level}_reasoning_effort`));
}

/** Why an effort is refused for a model, in the reference's words; undefined if it is not. */
export function refuseEffort(effort: JsonValue | undefined, model: string, facts: ModelFacts | undefined): string | undefined {
  if (effort === 'max' && !thinksAdaptively(facts) && facts?.supports.has('max_reasoning_effort') !== true) {
    return `effort='max' is not supported by this model. Got model: ${model}`;
  }
  if (effort === 'xhigh' && facts?.supports.has('xhigh_reasoning_effort') !== true) {
    return `effort='xhigh' is not supported by this model. Got model: ${model}`;
  }
  return undefined;
}

/**
 * Checks a body's `output_config`.
 *
 * out:    what is sent: the object unchanged, or without its effort if the model accepts none and parameters may be dropped.
 * errors: `bad-request` for an effort that is unknown, or that the model does not support.
 */
export function checkOutputConfig(
  given: JsonValue | undefined,
  model: string,
  facts: ModelFacts | undefined,
  dropParams: boolean,
): Outcome<JsonValue | undefined> {
  if (!isObject(given)) return ok(given);
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  if (dropParams && names.some((name) => name !== 'format') && !takesEffort(facts)) {
    const format = given['format'];
    return ok(format === undefined || format === null ? undefined : { format });
  }
  const effort = given['effort'];
  if (effort !== undefined && effort !== null && !OUTPUT_EFFORTS.has(effort)) {
    const message = `Invalid effort value: '${String(effort)}'. Must be one of: 'high', 'medium', 'low', 'xhigh', 'max'`;
    return badRequest('output_config.effort', message);
  }
  const refused = refuseEffort(effort, model, facts);
  if (refused !== undefined) return badRequest('output_config.effort', refused);
  return ok(given);
}

function budgetToEffort(budgetTokens: number, facts: ModelFacts): string {
  if (budgetTokens >= 8192 && facts.supports.has('xhigh_reasoning_effort')) return 'xhigh';
  if (budgetTokens >= 4096) return 'high';
  return budgetTokens >= 2048 ? 'medium' : 'low';
}

/** Whether a `thinking` member enables thinking with a budget. */
export function isEnabled(thinking: JsonValue | undefined): thinking is JsonObject {
  return isObject(thinking) && thinking['type'] === 'enabled';
}

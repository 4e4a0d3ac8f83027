import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { isAnthropicModel } from './client-model.ts';
import { readString } from './types.ts';

/** The smallest budget, in tokens of thinking, that counts as each effort. */
const EFFORT_FROM_TOKENS: readonly (readonly [number, string])[] = [
  [4096, 'high'],
  [2048, 'medium'],
  [1024, 'low'],
];

/** The replacements for an effort that the model does not support, nearest first. */
const LOWER_EFFORTS: Readonly<Record<string, readonly string[]>> = {
  max: ['max', 'xhigh', 'high'],
  xhigh: ['xhigh', 'high'],
  minimal: ['minimal', 'low'],
};

/**
 * `thinking` and `output_config.effort` → the chat request's members: `thinking` unchanged for Anthropic's models, with `reasoning_effort`
 * for an adaptive effort; only `reasoning_effort` for all others.
 *
 * source: LiteLLM 1.106.2, adapters/transformation.py `_translate_thinking_to_openai`, read 2026-11-23.
 */
export function toChatThinking(thinking: JsonValue | undefined, outputConfig: JsonValue | undefined, plan: Plan): JsonObject {
  if (!isObject(thinking) || Object.keys(thinking).length === 0) return {};
  const declared = thinking['type'] === 'adaptive' && isObject(outputConfig) ? readString(outputConfig, 'effort') : undefined;
  if (isAnthropicModel(plan)) {
    const carriesEffort = declared !== undefined && supportedParams(plan).has('reasoning_effort');
    return { thinking, ...(carriesEffort && { reasoning_effort: lowerEffort(declared, plan.facts) }) };
  }
  const effort = declared ?? toEffort(thinking);
  return effort === undefined ? {} : { reasoning_effort: lowerEffort(effort, plan.facts) };
}

function toEffort(thinking: JsonObject): string | undefined {
  switch (thinking['type'] ?? 'disabled') {
    case 'disabled':
      return 'none';
    case 'adaptive':
      return 'medium';
    case 'enabled':
      return effortOfBudget(thinking);
    default:
      return undefined;
  }
}

/** The effort that corresponds to a budget of tokens. */
export function effortOfBudget({ budget_tokens: given }: JsonObject): string {
  const budget = typeof given === 'number' ? given : 0;
  return EFFORT_FROM_TOKENS.find(([tokens]) => budget >= tokens)?.[1] ?? 'minimal';
}

/** The effort itself, or the nearest one that the model supports. */
export function lowerEffort(effort: string, facts: ModelFacts | undefined): string {
  const chain = LOWER_EFFORTS[effort];
  if (chain === undefined) return effort;
  const accepted = facts === undefined ? [] : acceptedEfforts(facts);
  const tiers = accepted.filter((level) => level !== 'none');
  return [...chain, ...tiers].find((level) => accepted.includes(level)) ?? chain.at(-1) ?? effort;
}

/**
 * The efforts that the facts allow, read as the reference reads them: some levels unless they are denied, others only if they are named.
 */
function acceptedEfforts({ supports, denies, reasoningEfforts }: ModelFacts): readonly string[] {
  const levels = ['none', 'minimal', 'low', 'xhigh', 'max'];
  const hasFlag = levels.some((level) => supports.has(named(level)) || denies.has(named(level)));
  if (denies.has('reasoning') || !(supports.has('reasoning') || hasFlag)) return [];
  if (reasoningEfforts !== undefined) return reasoningEfforts;
  if (!hasFlag) return [];
  const unlessDenied = ['minimal', 'low'].filter((level) => !denies.has(named(level)));
  const onlyNamed = ['xhigh', 'max'].filter((level) => supports.has(named(level)));
  return [...unlessDenied, 'medium', 'high', ...onlyNamed];
}

function named(level: string): string {
  return `${level}_reasoning_effort`;
}

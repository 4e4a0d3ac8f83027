import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { thinksAdaptively } from '../anthropic-messages/thinking.ts';
import { isArray } from '../anthropic-messages/types.ts';

const CLEAR_THINKING = 'clear_thinking_20251015';
const BUDGET_TOKENS_MIN = 1024;

/** Edits that InvokeModel knows. */
const KNOWN_EDITS: ReadonlySet<JsonValue> = new Set(['compact_20260112', 'clear_tool_uses_20250919']);

/** Models that think, among those that do not think adaptively. */
const THINKS = /(?:opus|sonnet)[-_]4/iu;

/** The smallest budget, in tokens, of each effort; from strong to weak. */
const EFFORTS: readonly (readonly [tokens: number, effort: string])[] = [
  [8192, 'xhigh'],
  [4096, 'high'],
  [2048, 'medium'],
];

/**
 * `context_management` with the edits that InvokeModel knows. The edit that clears thinking needs thinking, which is switched on; the edit
 * itself is unknown to InvokeModel, and left out.
 *
 * source: LiteLLM 1.106.2, anthropic_claude3_transformation.py `_ensure_thinking_for_clear_thinking_context_management` and
 *         `_filter_context_management_for_bedrock_invoke`, read 2026-11-27.
 */
export function fitContextEdits(members: JsonObject, plan: Plan): JsonObject {
  const { context_management: management, ...rest } = members;
  if (!isObject(management)) return members;
  const { edits } = management;
  if (!isArray(edits)) return rest;
  const clears = edits.some((edit) => isObject(edit) && edit['type'] === CLEAR_THINKING);
  const thinking = clears && canThink(plan) ? withThinking(rest, plan) : rest;
  const kept = edits.filter((edit) => isObject(edit) && KNOWN_EDITS.has(edit['type'] ?? null));
  if (kept.length === 0) return thinking;
  return { ...thinking, context_management: kept.length === edits.length ? management : { ...management, edits: kept } };
}

function canThink({ model, facts }: Plan): boolean {
  return thinksAdaptively(facts) || THINKS.test(model);
}

function withThinking(members: JsonObject, { facts }: Plan): JsonObject {
  const { thinking, max_tokens: maxTokens } = members;
  const given = isObject(thinking) ? thinking : {};
  const isAdaptive = thinksAdaptively(facts);
  if (given['type'] === 'adaptive' || (given['type'] === 'enabled' && !isAdaptive)) return members;
  const budget = given['type'] === 'enabled' ? Number(given['budget_tokens'] ?? BUDGET_TOKENS_MIN) : BUDGET_TOKENS_MIN;
  if (given['type'] !== 'enabled' && typeof maxTokens === 'number' && maxTokens <= budget) return members;
  if (!isAdaptive) return { ...members, thinking: { type: 'enabled', budget_tokens: budget } };
  const config = isObject(members['output_config']) ? members['output_config'] : {};
  const effort = EFFORTS.find(([tokens]) => budget >= tokens)?.[1] ?? 'low';
  const { block_binding: binding, display } = given;
  return {
    ...members,
    output_config: { effort, ...config },
    thinking: {
      ...(binding !== undefined && binding !== null && { block_binding: binding }),
      type: 'adaptive',
      ...(display !== undefined && display !== null && { display }),
    },
  };
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Failure, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';

/** OpenAI's own reasoning models, with or without the provider's prefix. */
const REASONING_SERIES = /^(?:openai\/)?(?!(?:.*\/)?[^/]*gpt-5-chat)[^/]*gpt-[56]/u;

/** Accepted on this API by models that refuse it on chat, so that no flag covers both. */
const UNGATED_EFFORT = 'max';

const CLOSING = 'To drop unsupported params set `litellm.drop_params = True`';

/**
 * Refuses or drops what reasoning models refuse on the responses API: unsupported efforts, and sampling parameters while they reason.
 *
 * in:     parameters that the provider accepts.
 * errors: `unsupported-params` in the reference's words, unless such parameters are dropped.
 * source: LiteLLM 1.106.2, llms/openai/responses/transformation.py `map_openai_params`, read 2026-11-23.
 */
export function limitReasoning(params: JsonObject, plan: Plan, dropParams: boolean): Outcome<JsonObject> {
  const notes: Note[] = [];
  let current = params;
  const settle = (names: readonly string[], fallback: JsonObject, message: string): Failure | undefined => {
    if (!dropParams) return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: names, message });
    for (const name of names) notes.push({ path: name, action: 'dropped', reason: 'the model does not take it' });
    current = { ...without(current, names), ...fallback };
    return undefined;
  };
  if (plan.provider.responses?.gatesReasoning === true && effortIn(params) !== undefined && !reasons(plan)) {
    const lacks = `${plan.model} doesn't support \`reasoning.effort\` (its model cost map entry lacks \`supports_reasoning\`). ${CLOSING}`;
    const refused = settle(['reasoning'], {}, lacks);
    if (refused !== undefined) return refused;
  }
  if (!REASONING_SERIES.test(plan.model)) return ok(current, notes);
  const effort = effortIn(current);
  if (effort !== undefined && effort !== UNGATED_EFFORT && plan.facts?.denies.has(`${effort}_reasoning_effort`) === true) {
    const message = `reasoning.effort=${effort} is not supported for ${plan.model}. ${CLOSING}`;
    const refused = settle(['reasoning'], withoutEffort(current['reasoning']), message);
    if (refused !== undefined) return refused;
  }
  if (samplesFreely(current, plan)) return ok(current, notes);
  const { temperature } = current;
  if (temperature !== undefined && temperature !== 1) {
    const refused = settle(['temperature'], {}, temperatureMessage(plan.model, temperature));
    if (refused !== undefined) return refused;
  }
  if (current['top_p'] === undefined) return ok(current, notes);
  return settle(['top_p'], {}, topPMessage(plan.model)) ?? ok(current, notes);
}

/** Whether the table says that the model reasons; otherwise the provider decides. */
function reasons({ facts }: Plan): boolean {
  return facts === undefined || facts.supports.has('reasoning');
}

function effortIn({ reasoning }: JsonObject): string | undefined {
  const effort = isObject(reasoning) ? reasoning['effort'] : undefined;
  return typeof effort === 'string' ? effort : undefined;
}

function withoutEffort(reasoning: JsonValue | undefined): JsonObject {
  if (!isObject(reasoning)) return {};
  const { effort: _effort, ...rest } = reasoning;
  return Object.keys(rest).length === 0 ? {} : { reasoning: rest };
}

/** Whether sampling parameters are accepted: only while the model does not reason. */
function samplesFreely(params: JsonObject, { facts }: Plan): boolean {
  if (facts?.supports.has('none_reasoning_effort') !== true) return false;
  return (effortIn(params) ?? facts.defaultReasoningEffort) === 'none';
}

function temperatureMessage(model: string, temperature: JsonValue): string {
  return (
    `${model} doesn't support temperature=${String(temperature)} while reasoning is active. Only temperature=1 is supported unless ` +
    `reasoning.effort resolves to 'none', either set explicitly on the request or declared as the model's default_reasoning_effort. ${CLOSING}`
  );
}

function topPMessage(model: string): string {
  return (
    `${model} only supports top_p when reasoning.effort resolves to 'none', either set explicitly on the request or declared as the ` +
    `model's default_reasoning_effort. ${CLOSING}`
  );
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

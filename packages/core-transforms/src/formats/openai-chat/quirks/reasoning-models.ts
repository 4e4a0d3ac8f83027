import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { fail, ok, type Note, type Outcome } from '../../../contract/outcome.ts';
import type { Plan } from '../../../contract/plan.ts';
import { isObject } from '../../../json/is-object.ts';
import { without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** Parameters that these models accept only while they do not reason. */
const SAMPLING: readonly string[] = ['logprobs', 'top_logprobs', 'top_p'];

/**
 * Effort and sampling of OpenAI's reasoning models (gpt-5 and later). An effort that the model refuses, sampling parameters while it
 * reasons, and a temperature other than 1 are refused, or dropped with `drop_params`.
 *
 * in:     efforts that a model supports only if the facts say so; it supports others unless the facts deny it.
 * source: LiteLLM 1.106.2, llms/openai/chat/gpt_5_transformation.py `map_openai_params`, read 2026-11-23.
 */
export function reasoningModelSampling(declaredEfforts: readonly string[]): RequestQuirkFunction {
  return (body, plan) => {
    const effort = readEffort(body['reasoning_effort']);
    const named = effort !== undefined && isObject(body['reasoning_effort']) ? { ...body, reasoning_effort: effort } : body;
    if (effort === undefined || !refusesEffort(effort, plan, declaredEfforts)) return limitSampling(named, effort, plan);
    const message = `reasoning_effort=${effort} is not supported for ${plan.model}. To drop unsupported params set \`litellm.drop_params = True\``;
    if (!plan.settings.dropParams) return refuse(['reasoning_effort'], message, plan);
    const limited = limitSampling(without(named, ['reasoning_effort']), undefined, plan);
    return limited.ok ? ok(limited.value, [dropped('reasoning_effort'), ...limited.notes]) : limited;
  };
}

function limitSampling(body: JsonObject, effort: string | undefined, plan: Plan): Outcome<JsonObject> {
  const { model, facts, settings } = plan;
  const canRest = facts?.supports.has('none_reasoning_effort') === true;
  const rests = canRest && (effort ?? facts?.defaultReasoningEffort) === 'none';
  const refused = canRest && !rests ? SAMPLING.filter((name) => body[name] !== undefined) : [];
  if (refused.length > 0 && !settings.dropParams) return refuse(refused, samplingMessage(model, effort), plan);
  const { temperature } = body;
  const heated = temperature !== undefined && temperature !== 1 && !rests;
  if (heated && !settings.dropParams) return refuse(['temperature'], temperatureMessage(model, temperature), plan);
  const gone = heated ? [...refused, 'temperature'] : refused;
  return ok(without(body, gone), gone.map(dropped));
}

function readEffort(value: JsonValue | undefined): string | undefined {
  const effort = isObject(value) ? value['effort'] : value;
  return typeof effort === 'string' ? effort : undefined;
}

/** Whether the model refuses an effort. `max` differs between OpenAI's APIs, so that no flag covers it. */
function refusesEffort(effort: string, { facts }: Plan, declaredEfforts: readonly string[]): boolean {
  if (effort === 'max') return false;
  const flag = `${effort}_reasoning_effort`;
  return declaredEfforts.includes(effort) ? facts?.supports.has(flag) !== true : facts?.denies.has(flag) === true;
}

function samplingMessage(model: string, effort: string | undefined): string {
  const shown = effort === undefined ? 'None' : `'${effort}'`;
  return (
    `${model} only supports logprobs, top_p, top_logprobs when reasoning_effort resolves to 'none', either set explicitly on the ` +
    `request or declared as the model's default_reasoning_effort. Current reasoning_effort=${shown}. ` +
    'To drop unsupported params set `litellm.drop_params = True`'
  );
}

function temperatureMessage(model: string, temperature: JsonValue): string {
  return (
    `${model} doesn't support temperature=${String(temperature)} while reasoning is active. Only temperature=1 is supported unless ` +
    "reasoning_effort resolves to 'none', either set explicitly on the request or declared as the model's " +
    'default_reasoning_effort. To drop unsupported params set `litellm.drop_params = True`'
  );
}

function refuse(params: readonly string[], message: string, plan: Plan): Outcome<JsonObject> {
  return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params, message });
}

function dropped(path: string): Note {
  return { path, action: 'dropped', reason: 'the model does not take it while it reasons' };
}

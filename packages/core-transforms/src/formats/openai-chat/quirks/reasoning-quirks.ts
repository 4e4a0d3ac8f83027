import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { fail, ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { adaptLegacyThinking, fromReasoningEffort, type Thinking } from '../../anthropic-messages/thinking.ts';
import { objectsOf, withList, without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** Efforts, weakest first; `none` is the off switch, not an effort. */
const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The smallest budget that counts as each effort, strongest first. The reference's thresholds. */
const EFFORT_BUDGETS = [
  ['high', 4096],
  ['medium', 2048],
  ['low', 1024],
] as const;

/** `thinking` (on or off) keeps only its `type`; without it a `reasoning_effort` other than `none` switches it on. */
export const effortAsThinkingSwitch: RequestQuirkFunction = (body) => {
  const { thinking, reasoning_effort: effort } = body;
  const rest = without(body, ['thinking', 'reasoning_effort']);
  const type = isObject(thinking) ? thinking['type'] : undefined;
  if (type === 'enabled' || type === 'disabled') return ok({ ...rest, thinking: { type } });
  if (effort === undefined || effort === null) return ok(rest);
  return ok({ ...rest, thinking: { type: effort === 'none' ? 'disabled' : 'enabled' } });
};

/** `thinking` stays unchanged; without it an effort switches it on or off. For a model that thinks adaptively, on means adaptive. */
export const effortAsThinkingObject: RequestQuirkFunction = (body, { facts }) => {
  const { thinking, reasoning_effort: effort } = body;
  const asked = isObject(thinking)
    ? thinking
    : typeof effort === 'string'
      ? { type: effort === 'none' ? 'disabled' : 'enabled' }
      : undefined;
  const rest = without(body, ['thinking', 'reasoning_effort']);
  if (asked === undefined) return ok(rest);
  if (asked['type'] !== 'enabled' || facts?.supports.has('adaptive_thinking') !== true) return ok({ ...rest, thinking: asked });
  const budget = asked['budget_tokens'];
  return ok({ ...rest, thinking: { type: 'adaptive', ...(typeof budget === 'number' && { budget_tokens: budget }) } });
};

/** Tokens for an answer besides its thinking if the request sets no limit. The reference's default. */
const ANSWER_TOKENS = 4096;

/** `reasoning_effort` and `thinking` become `thinking` in the model's shape, and `max_tokens` is raised to leave room for it. */
export const effortAsThinkingBudget: RequestQuirkFunction = (body, plan) => {
  const effort = body['reasoning_effort'];
  if (effort === undefined) return ok(withRoomToThink(withThinking(body, adaptLegacyThinking(thinkingOf(body), plan.facts))));
  if (isObject(effort))
    return fail({ kind: 'bad-request', path: '', message: `reasoning_effort: expected a word, got ${JSON.stringify(effort)}` });
  const mapped = fromReasoningEffort(effort, plan.facts);
  if (!mapped.ok) return mapped;
  return ok(withRoomToThink(withThinking(without(body, ['reasoning_effort']), mapped.value ?? {})));
};

function thinkingOf(body: JsonObject): Thinking {
  return { thinking: body['thinking'], outputConfig: body['output_config'] };
}

function withThinking(body: JsonObject, { thinking, outputConfig }: Thinking): JsonObject {
  if (thinking === body['thinking'] && outputConfig === body['output_config']) return body;
  return {
    ...without(body, ['thinking', 'output_config']),
    ...(thinking !== undefined && { thinking }),
    ...(outputConfig !== undefined && { output_config: outputConfig }),
  };
}

/** Raises `max_tokens` to leave room for the budget of thinking. */
export const roomToThink: RequestQuirkFunction = (body) => ok(withRoomToThink(body));

function withRoomToThink(body: JsonObject): JsonObject {
  const budget = isObject(body['thinking']) ? body['thinking']['budget_tokens'] : undefined;
  return typeof budget === 'number' && body['max_tokens'] === undefined ? { ...body, max_tokens: budget + ANSWER_TOKENS } : body;
}

/** `thinking` with a budget of tokens becomes the corresponding `reasoning_effort`, unless one is set. */
export const thinkingAsEffort: RequestQuirkFunction = (body) => {
  const { thinking } = body;
  if (thinking === undefined) return ok(body);
  const rest = without(body, ['thinking']);
  if (!isObject(thinking) || thinking['type'] !== 'enabled' || rest['reasoning_effort'] !== undefined) return ok(rest);
  const budget = typeof thinking['budget_tokens'] === 'number' ? thinking['budget_tokens'] : 0;
  return ok({ ...rest, reasoning_effort: EFFORT_BUDGETS.find(([, tokens]) => budget >= tokens)?.[0] ?? 'minimal' });
};

/** `reasoning_effort` becomes the nearest that the model declares: the weakest that is strong enough, else its strongest. */
export const nearestEffort: RequestQuirkFunction = (body, plan) => {
  const asked = body['reasoning_effort'];
  const declared = plan.facts?.reasoningEfforts;
  if (typeof asked !== 'string' || declared === undefined) return ok(body);
  const ladder = EFFORTS.filter((effort) => declared.includes(effort));
  if (ladder.includes(asked) || !EFFORTS.includes(asked) || ladder.length === 0) return ok(body);
  const strongEnough = ladder.find((effort) => EFFORTS.indexOf(effort) >= EFFORTS.indexOf(asked));
  return ok({ ...body, reasoning_effort: strongEnough ?? ladder.at(-1) });
};

/**
 * `reasoning_effort: none` becomes `reasoning: { enabled: false }`, and `default` is removed; declared efforts pass, others are mapped by
 * `replace`.
 */
export function effortOrSwitch(replace: Readonly<Record<string, string>>): RequestQuirkFunction {
  return (body, plan) => {
    const effort = body['reasoning_effort'];
    if (typeof effort !== 'string') return ok(body);
    const rest = without(body, ['reasoning_effort']);
    if (effort === 'default') return ok(rest);
    if (effort === 'none') return ok({ reasoning: { enabled: false }, ...rest });
    const declared = plan.facts?.reasoningEfforts?.includes(effort) === true;
    return ok({ ...rest, reasoning_effort: declared ? effort : (replace[effort] ?? effort) });
  };
}

/** `reasoning_effort` becomes a string: taken out of an object, true and false translated, `auto` removed, so that the model decides. */
export const effortAsWord: RequestQuirkFunction = (body) => {
  const asked = body['reasoning_effort'];
  if (asked === undefined) return ok(body);
  const effort = effortWord(isObject(asked) ? asked['effort'] : asked);
  const rest = without(body, ['reasoning_effort']);
  return ok(effort === undefined ? rest : { ...rest, reasoning_effort: effort });
};

function effortWord(effort: JsonValue | undefined): JsonValue | undefined {
  if (effort === true) return 'medium';
  if (effort === false) return 'none';
  return effort === 'auto' || effort === null ? undefined : effort;
}

/**
 * Assistant messages that `needs` selects get `reasoning_content`: from a provider's field, else a blank, the least that the provider
 * accepts.
 */
export function fillReasoning(needs: (message: JsonObject, body: JsonObject) => boolean): RequestQuirkFunction {
  return (body) =>
    ok(
      withList(body, 'messages', (message) => {
        if (message['role'] !== 'assistant' || Boolean(message['reasoning_content']) || !needs(message, body)) return message;
        const fields = message['provider_specific_fields'];
        const kept = isObject(fields) ? fields['reasoning_content'] : undefined;
        if (!isObject(fields) || !kept) return { ...message, reasoning_content: ' ' };
        return { ...message, reasoning_content: kept, provider_specific_fields: without(fields, ['reasoning_content']) };
      }),
    );
}

/** Whether the request switches thinking on. */
export function thinkingIsOn(_message: JsonObject, body: JsonObject): boolean {
  return isObject(body['thinking']) && body['thinking']['type'] === 'enabled';
}

/** Whether the message calls tools. */
export function callsTools(message: JsonObject): boolean {
  return objectsOf(message['tool_calls']).length > 0;
}

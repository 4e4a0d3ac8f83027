import type { CallParts } from '../../contract/call-transform.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { withMember } from '../../json/with-member.ts';
import { toInputs } from './answers.ts';
import { toEmbeddingsUsage } from './usage.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * How embeddings calls are split into parts.
 *
 * in: whether a plan's provider takes one input at a time, and whether it embeds all inputs as one.
 */
export function embeddingsParts(takesOne: (plan: Plan) => boolean, embedsAsOne: (plan: Plan) => boolean): CallParts {
  return {
    inputs: (call, plan) => {
      const { input = plan.settings.defaults['input'] ?? null } = call.body.value;
      const inputs = toInputs(input);
      if (embedsAsOne(plan) && inputs.length > 1) return undefined;
      // A list of tokens is one input, if the provider accepts tokens.
      return !takesOne(plan) && inputs.every((item) => typeof item === 'number') ? [inputs] : inputs;
    },
    withInputs: (call, inputs) => ({ body: withMember(call.body, 'input', inputs), headers: call.headers }),
    takesOne,
    join: joinEmbeddings,
  };
}

/**
 * Joins the answers to a call's parts: the model of the first, usage added up.
 *
 * in: the client's answers as JSON text, in the order of the parts; at least one.
 */
function joinEmbeddings(answers: readonly string[]): ClientAnswer {
  const bodies = answers.map(parseJson).filter(isObject);
  const data = bodies.flatMap(({ data: list }): JsonArray => (Array.isArray(list) ? list : [])).map(renumbered);
  const usage = toEmbeddingsUsage(bodies.map((body) => body['usage'] ?? null).reduce(addUp));
  return { body: JSON.stringify({ model: bodies[0]?.['model'], data, object: 'list', usage }), usage };
}

function renumbered(item: JsonValue, index: number): JsonValue {
  return isObject(item) ? { ...item, index } : item;
}

/** Adds counts at any depth; of other values the first stays. */
function addUp(left: JsonValue, right: JsonValue): JsonValue {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (!isObject(left) || !isObject(right)) return left ?? right;
  const sum: Record<string, JsonValue | undefined> = { ...left };
  for (const [name, value] of Object.entries(right as JsonObject)) sum[name] = addUp(left[name] ?? null, value ?? null);
  return sum as JsonObject;
}

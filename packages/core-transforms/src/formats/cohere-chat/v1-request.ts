import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toProviderBody } from '../openai-chat/request.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toConversation } from './v1-messages.ts';

/**
 * A chat request → the body for the chat API's first version.
 *
 * out:    parameters by the second version's names; the last message, or tool results; the history, which the reference builds and then
 *         fails to send. As in the reference, no model.
 * errors: `bad-request` for messages or tools that cannot be read; those of parameters.
 * source: LiteLLM 1.106.2, llms/cohere/chat/transformation.py, read 2026-11-27.
 */
export function toFirstVersionBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const written = toProviderBody(chat, plan);
  if (!written.ok) return written;
  const { model: _model, messages, tools, ...params } = written.value;
  const conversation = toConversation(objectsIn(messages));
  if (!conversation.ok) return conversation;
  const called = tools === undefined ? ok({}) : toTools(tools);
  if (!called.ok) return called;
  return ok({ ...params, ...called.value, ...conversation.value }, written.notes);
}

function toTools(tools: JsonValue): Outcome<JsonObject> {
  const functions = objectsIn(tools).map((tool) => tool['function']);
  const converted: JsonObject[] = [];
  for (const [index, callee] of functions.entries()) {
    if (!isObject(callee) || typeof callee['name'] !== 'string') {
      return fail({ kind: 'bad-request', path: `tools[${index}]`, message: `tools[${index}]: expected a function with a name` });
    }
    converted.push(toTool(callee));
  }
  return ok({ tools: converted });
}

function toTool({ name, description = '', parameters }: JsonObject): JsonObject {
  const { properties, required } = isObject(parameters) ? parameters : {};
  const needed: readonly JsonValue[] = Array.isArray(required) ? required : [];
  const definitions = Object.entries(isObject(properties) ? properties : {}).map(([property, schema]) => {
    const { description: words = '', type = '' } = isObject(schema) ? schema : {};
    return [property, { description: words, type, required: needed.includes(property) }] as const;
  });
  return { name, description, parameter_definitions: Object.fromEntries(definitions) };
}

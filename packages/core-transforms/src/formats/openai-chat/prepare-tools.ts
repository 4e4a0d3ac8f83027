import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';

/** Members that Anthropic's tools have and OpenAI's do not. */
const FOREIGN_MEMBERS: readonly string[] = ['input_examples', 'eager_input_streaming'];

/**
 * A request's tools as OpenAI's API accepts them.
 *
 * in:     parameters, `tools` among them, if any.
 * out:    the same object if nothing had to change.
 * errors: `bad-request` if `tools` is not a list.
 * source: LiteLLM 1.106.2, main.py `_drop_anthropic_only_tool_keys`, read 2026-11-23.
 */
export function prepareTools(params: JsonObject): Outcome<JsonObject> {
  const { tools } = params;
  if (tools === undefined) return ok(params);
  if (!Array.isArray(tools)) {
    return fail({ kind: 'bad-request', path: '', message: 'Invalid request format: tools is not a list' });
  }
  const list: readonly JsonValue[] = tools;
  const cleaned = list.map(withoutForeignMembers);
  return ok(cleaned.some((tool, index) => tool !== list[index]) ? { ...params, tools: cleaned } : params);
}

/**
 * Removes a `tool_choice` without tools to choose from. Runs after the quirks, which may add tools.
 *
 * source: LiteLLM 1.106.2, llms/openai/chat/gpt_transformation.py `transform_request`, read 2026-11-23.
 */
export function dropIdleToolChoice(body: JsonObject): JsonObject {
  if (body['tool_choice'] === undefined || isFilled(body['tools']) || isFilled(body['functions'])) return body;
  const { tool_choice: _choice, ...rest } = body;
  return rest;
}

function isFilled(list: JsonValue | undefined): boolean {
  return Array.isArray(list) && list.length > 0;
}

function withoutForeignMembers(tool: JsonValue): JsonValue {
  if (!isObject(tool)) return tool;
  const callee = tool['function'];
  const kept = without(tool);
  if (!isObject(callee)) return kept;
  const keptCallee = without(callee);
  return keptCallee === callee ? kept : { ...kept, function: keptCallee };
}

function without(object: JsonObject): JsonObject {
  if (!FOREIGN_MEMBERS.some((name) => name in object)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => !FOREIGN_MEMBERS.includes(name)));
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';

/** What Anthropic's tools have and OpenAI's have not. */
const FOREIGN_MEMBERS: readonly string[] = ['input_examples', 'eager_input_streaming'];

/**
 * A request's tools as OpenAI's API takes them.
 *
 * in:     parameters with their `tools`, `functions` and `tool_choice`, if any.
 * out:    the same object where nothing had to change; a `tool_choice` without tools is dropped.
 * errors: `bad-request` when `tools` is no list.
 * source: LiteLLM 1.106.2, main.py `_drop_anthropic_only_tool_keys` and gpt_transformation.py `transform_request`, read 2026-11-23.
 */
export function prepareTools(params: JsonObject): Outcome<JsonObject> {
  const { tools, functions, tool_choice: choice } = params;
  if (tools !== undefined && !Array.isArray(tools)) {
    return fail({ kind: 'bad-request', path: '', message: 'Invalid request format: tools is not a list' });
  }
  const list: readonly JsonValue[] = tools ?? [];
  const cleaned = list.map(withoutForeignMembers);
  const changed = cleaned.some((tool, index) => tool !== list[index]) ? { ...params, tools: cleaned } : params;
  if (choice === undefined || list.length > 0 || (Array.isArray(functions) && functions.length > 0)) return ok(changed);
  const { tool_choice: _choice, ...rest } = changed;
  return ok(rest, [{ path: 'tool_choice', action: 'dropped', reason: 'there are no tools to choose from' }]);
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

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toChatToolChoice } from './client-tools.ts';

/** Parameters that a response repeats, with the check for each value. */
const ECHOED: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  instructions: isText,
  metadata: isObject,
  parallel_tool_calls: (value) => typeof value === 'boolean',
  temperature: (value) => typeof value === 'number',
  tools: (value) => Array.isArray(value) && value.every(isObject),
  top_p: (value) => typeof value === 'number',
  max_output_tokens: (value) => typeof value === 'number' && Number.isInteger(value),
  previous_response_id: isText,
  reasoning: isObject,
  text: isObject,
  truncation: (value) => value === 'auto' || value === 'disabled',
  user: isText,
  store: (value) => typeof value === 'boolean',
};

/** The parameters of a client's request that its response repeats; malformed ones are left out. */
export function echoedParams(request: JsonObject): JsonObject {
  const entries = Object.entries(ECHOED).flatMap(([name, isWellFormed]) => {
    const value = request[name];
    return value !== undefined && isWellFormed(value) ? [[name, value] as const] : [];
  });
  const { reasoning, reasoning_effort: effort } = request;
  const asked = (reasoning === undefined || reasoning === null) && typeof effort === 'string' ? { reasoning: { effort } } : {};
  return { ...Object.fromEntries(entries), ...asked };
}

/** The `tool_choice` that a response shows. */
export function toShownToolChoice(choice: JsonValue | undefined): JsonValue {
  if (choice === 'none' || choice === 'auto' || choice === 'required') return choice;
  if (!isObject(choice)) return 'auto';
  const { type, name } = choice;
  if (typeof type === 'string' && !/^(?:auto|none|required|tool|any)$/u.test(type) && !('function' in choice) && isShown(type, name))
    return choice;
  const asChat = toChatToolChoice(choice);
  if (asChat === 'none' || asChat === 'auto' || asChat === 'required') return asChat;
  const named = isObject(asChat) && isObject(asChat['function']) ? asChat['function']['name'] : undefined;
  return typeof named === 'string' ? { type: type === 'custom' ? 'custom' : 'function', name: named } : 'auto';
}

/** Whether a choice is shown: a function or a custom tool needs a name; other kinds are shown unchanged. */
function isShown(type: string, name: JsonValue | undefined): boolean {
  return typeof name === 'string' || (type !== 'function' && type !== 'custom');
}

function isText(value: JsonValue): boolean {
  return typeof value === 'string';
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';

/** Whether an item is a call of one of the client's tools. */
export function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

/** Whether a member is a non-empty text. */
export function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

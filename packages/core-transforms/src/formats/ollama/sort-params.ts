import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';

/** Efforts that switch thinking on; models that support efforts get the effort itself. */
const THINKING_EFFORTS: readonly JsonValue[] = ['low', 'medium', 'high'];
const KNOWS_EFFORTS = /^gpt-oss/u;

/** A call's parameters, by their place in the body. */
export interface SortedParams {
  /** Those under `options`. */
  readonly options: JsonObject;
  /** Those beside it: `format`, `think`, `keep_alive`, and the client's `extra_body`. */
  readonly beside: JsonObject;
}

/**
 * Sorts parameters into those for the model and those that Ollama reads itself.
 *
 * in: parameters by the row's names; the request, for its `extra_body`.
 */
export function sortParams(params: JsonObject, chat: JsonObject, plan: Plan): SortedParams {
  const { response_format: wanted, reasoning_effort: effort, format = toFormat(wanted), think = toThink(effort, plan), ...rest } = params;
  const extra = isObject(chat['extra_body']) ? chat['extra_body'] : {};
  const isBeside = (name: string): boolean => name === 'keep_alive' || name in extra;
  const entries = Object.entries(rest);
  return {
    options: Object.fromEntries(entries.filter(([name]) => !isBeside(name))),
    beside: {
      ...(format !== undefined && { format }),
      ...(think !== undefined && { think }),
      ...Object.fromEntries(entries.filter(([name]) => isBeside(name))),
    },
  };
}

function toFormat(wanted: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(wanted)) return undefined;
  if (wanted['type'] === 'json_object') return 'json';
  const { json_schema: schema } = wanted;
  return wanted['type'] === 'json_schema' && isObject(schema) && isObject(schema['schema']) ? schema['schema'] : undefined;
}

function toThink(effort: JsonValue | undefined, { model }: Plan): JsonValue | undefined {
  if (effort === undefined || KNOWS_EFFORTS.test(model)) return effort;
  return THINKING_EFFORTS.includes(effort);
}

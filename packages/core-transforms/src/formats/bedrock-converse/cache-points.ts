import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { baseModel, modelRows, withoutRoute } from './model-id.ts';

const OPENAI_FAMILY = /(?:^|[./])openai\./u;

/** Makes the block that follows a part marked with `cache_control`; empty if there is no mark, or the model accepts none. */
export type MarkCache = (holder: JsonObject) => readonly JsonObject[];

/**
 * How cache marks become `cachePoint` blocks for a plan's model.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/common_utils.py `bedrock_model_accepts_cache_points`, read 2026-11-23: an unknown model keeps its
 *         marks; the `ttl` is included if the model's price has one.
 */
export function cacheMarker(plan: Plan): MarkCache {
  if (!takesCachePoints(plan)) return () => [];
  const takesTtl = modelRows(plan).some((row) => row.has.has('cache_ttl_1h'));
  return ({ cache_control: control }) => (isSet(control) ? [{ cachePoint: toCachePoint(control, takesTtl) }] : []);
}

function takesCachePoints(plan: Plan): boolean {
  if (OPENAI_FAMILY.test(withoutRoute(plan.model)) || OPENAI_FAMILY.test(baseModel(plan))) return false;
  const rows = modelRows(plan);
  const outspoken = rows.find(({ has, lacks }) => has.has('prompt_cache_breakpoint') || lacks.has('prompt_cache_breakpoint'));
  if (outspoken !== undefined) return outspoken.has.has('prompt_cache_breakpoint');
  return rows.length === 0 || rows.some(({ has }) => has.has('prompt_caching'));
}

function toCachePoint(control: JsonValue, takesTtl: boolean): JsonObject {
  const ttl = isObject(control) ? control['ttl'] : undefined;
  return { type: 'default', ...(takesTtl && (ttl === '5m' || ttl === '1h') && { ttl }) };
}

function isSet(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}

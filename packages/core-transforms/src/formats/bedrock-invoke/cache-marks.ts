import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { mapList } from '../anthropic-messages/fit-host.ts';
import { isArray } from '../anthropic-messages/types.ts';
import { modelRows } from '../bedrock-converse/model-id.ts';

/**
 * Cache marks as InvokeModel accepts them: without `scope`, and without a `ttl` if the model's price has none.
 *
 * out:    the same object if no mark has to change.
 * source: LiteLLM 1.106.2, anthropic_claude3_transformation.py `_remove_ttl_from_cache_control`, read 2026-11-27.
 */
export function fitCacheMarks(members: JsonObject, plan: Plan): JsonObject {
  const takesTtl = modelRows(plan).some(({ has }) => has.has('cache_ttl_1h'));
  const fit = (holder: JsonValue): JsonValue => fitMark(holder, takesTtl);
  const fitMessage = (message: JsonValue): JsonValue => (isObject(message) ? withList(message, 'content', fit) : message);
  return withList(withList(withList(members, 'tools', fit), 'system', fit), 'messages', fitMessage);
}

function fitMark(holder: JsonValue, takesTtl: boolean): JsonValue {
  const mark = isObject(holder) ? holder['cache_control'] : undefined;
  if (!isObject(holder) || !isObject(mark)) return holder;
  const { scope, ttl, ...rest } = mark;
  const keepsTtl = takesTtl && (ttl === '5m' || ttl === '1h');
  if (scope === undefined && (ttl === undefined || keepsTtl)) return holder;
  return { ...holder, cache_control: { ...rest, ...(keepsTtl && { ttl }) } };
}

function withList(holder: JsonObject, name: string, change: (item: JsonValue) => JsonValue): JsonObject {
  const list = holder[name];
  if (!isArray(list)) return holder;
  const changed = mapList(list, change);
  return changed === list ? holder : { ...holder, [name]: changed };
}

import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { StreamEvent } from './stream-events.ts';

/** Members whose strings grow from delta to delta. */
const TEXT_MEMBERS: ReadonlySet<string> = new Set([
  'content',
  'reasoning_content',
  'reasoning',
  'refusal',
  'arguments',
  'text',
  'thinking',
  'partial_json',
  'delta',
]);

/** Members that only the first delta of a run has. */
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['role', 'id', 'type', 'name']);

/** A merged value, and whether a text grew in merging. */
interface Merged {
  readonly value: JsonValue;
  readonly grew: boolean;
}

/**
 * Joins neighbouring deltas of one kind and index into one event: where a provider cuts its text is no promise.
 *
 * in:  events with volatile values masked and empty members dropped.
 * out: the events, each run of deltas as one.
 */
export function mergeDeltas(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const merged: StreamEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last !== undefined && last.event === event.event ? mergeEvent(last.data, event.data) : undefined;
    if (joined === undefined || last === undefined) merged.push(event);
    else merged[merged.length - 1] = { ...last, data: joined };
  }
  return merged;
}

function mergeEvent(first: JsonValue, second: JsonValue): JsonValue | undefined {
  if (!isObject(first) || !isObject(second) || !isDelta(first) || !isDelta(second)) return undefined;
  const merged = mergeValues(first, second, '', false);
  return merged?.grew === true ? merged.value : undefined;
}

/** A chunk with one choice, or an event that calls itself a delta. */
function isDelta(data: JsonObject): boolean {
  const { type, choices } = data;
  if (Array.isArray(choices)) return choices.length === 1;
  return typeof type === 'string' && type.endsWith('delta');
}

/** Undefined when the second value does not continue the first. */
function mergeValues(first: JsonValue, second: JsonValue, name: string, inDelta: boolean): Merged | undefined {
  if (
    typeof first === 'string' &&
    typeof second === 'string' &&
    TEXT_MEMBERS.has(name) &&
    (inDelta || name === 'delta' || name === 'text')
  ) {
    return { value: first + second, grew: true };
  }
  if (Array.isArray(first) && Array.isArray(second)) return mergeArrays(first, second, name, inDelta);
  if (isObject(first) && isObject(second)) return mergeObjects(first, second, inDelta || name === 'delta');
  return first === second ? { value: first, grew: false } : undefined;
}

function mergeArrays(first: readonly JsonValue[], second: readonly JsonValue[], name: string, inDelta: boolean): Merged | undefined {
  if (first.length !== second.length) return undefined;
  let grew = false;
  const value: JsonValue[] = [];
  for (const [index, item] of first.entries()) {
    const next = second[index];
    const merged = next === undefined ? undefined : mergeValues(item, next, name, inDelta);
    if (merged === undefined) return undefined;
    grew ||= merged.grew;
    value.push(merged.value);
  }
  return { value, grew };
}

function mergeObjects(first: JsonObject, second: JsonObject, inDelta: boolean): Merged | undefined {
  if (Object.keys(first).some((name) => second[name] === undefined && !(inDelta && HEADER_MEMBERS.has(name)))) return undefined;
  let grew = false;
  const value: Record<string, JsonValue | undefined> = { ...first };
  for (const [name, next] of Object.entries(second)) {
    const before = first[name];
    const merged = before === undefined || next === undefined ? undefined : mergeValues(before, next, name, inDelta);
    if (merged === undefined) return undefined;
    grew ||= merged.grew;
    value[name] = merged.value;
  }
  return { value, grew };
}

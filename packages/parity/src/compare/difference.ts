import { isObject, parseJson, type JsonValue } from '@stagegate/core-transforms';

/** One place where two sides differ. `undefined` means absent. */
export interface Difference {
  /** Path of the place, e.g. `request.body.tools[0].name` or `answer.events[3].data.delta.text`. */
  readonly path: string;
  readonly expected: JsonValue | undefined;
  readonly got: JsonValue | undefined;
}

/** How two JSON values are compared. */
export interface DiffOptions {
  /** Strings that hold JSON objects or arrays on both sides are compared as JSON. Default: false. */
  readonly jsonInStrings?: boolean;
}

/**
 * Lists the places where two JSON values differ: numbers by value, key order free, a missing member is not a null one.
 *
 * in:  both values, and the path at which they stand.
 * out: nothing when they are the same. A path through a string that was read as JSON carries a `~`.
 */
export function diffJson(
  expected: JsonValue | undefined,
  got: JsonValue | undefined,
  path: string,
  options: DiffOptions = {},
): readonly Difference[] {
  if (expected === got) return [];
  if (Array.isArray(expected) && Array.isArray(got)) return diffArrays(expected, got, path, options);
  if (isObject(expected) && isObject(got)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
    return [...names].flatMap((name) => diffJson(expected[name], got[name], `${path}.${name}`, options));
  }
  if (options.jsonInStrings === true && typeof expected === 'string' && typeof got === 'string') {
    const [left, right] = [parseContainer(expected), parseContainer(got)];
    if (left !== undefined && right !== undefined) return diffJson(left, right, `${path}~`, options);
  }
  return [{ path, expected, got }];
}

function diffArrays(expected: readonly JsonValue[], got: readonly JsonValue[], path: string, options: DiffOptions): readonly Difference[] {
  const length = Math.max(expected.length, got.length);
  return Array.from({ length }, (_, index) => diffJson(expected[index], got[index], `${path}[${index}]`, options)).flat();
}

function parseContainer(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/u.test(text)) return undefined;
  return parseJson(text);
}

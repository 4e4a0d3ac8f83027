import type { JsonValue } from '../contract/json.ts';
import { isObject } from './is-object.ts';

/**
 * Looks for a member with one of these names at any depth, in arrays too: what only a deployment may set must not hide in a
 * client's body.
 *
 * out:  path of the first one found, e.g. `metadata.items[0].api_base`; undefined when there is none.
 * cost: one look-up per member; nothing is allocated while nothing is found. Depth is bounded by the scan of the body.
 */
export function findForbiddenMember(value: JsonValue | undefined, names: ReadonlySet<string>): string | undefined {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = findForbiddenMember(value[index], names);
      if (found !== undefined) return joinPath(`[${index}]`, found);
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  for (const name of Object.keys(value)) {
    if (names.has(name)) return name;
    const found = findForbiddenMember(value[name], names);
    if (found !== undefined) return joinPath(name, found);
  }
  return undefined;
}

function joinPath(head: string, tail: string): string {
  return tail.startsWith('[') ? `${head}${tail}` : `${head}.${tail}`;
}

import type { JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { sha256Hex } from '../../text/sha256.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';

const ID_CHARACTERS_MAX = 64;
const ID_HASH_CHARACTERS = 8;

/** A tool's name as the provider takes it: a letter first, then letters, digits, `_` and `-`. */
export function cleanToolName(name: string): string {
  const cleaned = name.replaceAll(/[^\p{L}\p{N}_-]/gu, '_');
  return name === '' || /^\p{L}/u.test(name) ? cleaned : `a${cleaned}`;
}

/** Names the provider gives back → the client's own, for the request's tools whose names had to change. */
export function originalToolNames(tools: JsonValue | undefined): ReadonlyMap<string, string> {
  const names = (isArray(tools) ? tools : []).flatMap((tool) => {
    if (!isObject(tool)) return [];
    const name = readString(isObject(tool['function']) ? tool['function'] : tool, 'name');
    return name === undefined || cleanToolName(name) === name ? [] : [[cleanToolName(name), name] as const];
  });
  return new Map(names);
}

/** A tool call's id as the provider takes it; ids that change keep apart by a hash of what they were. */
export function cleanToolUseId(id: string): string {
  const cleaned = id.replaceAll(/[^a-zA-Z0-9_.:-]/gu, '_') || 'tool_use_id';
  if (cleaned === id && cleaned.length <= ID_CHARACTERS_MAX) return id;
  const hash = sha256Hex(id).slice(0, ID_HASH_CHARACTERS);
  return `${cleaned.slice(0, ID_CHARACTERS_MAX - ID_HASH_CHARACTERS - 1)}_${hash}`;
}

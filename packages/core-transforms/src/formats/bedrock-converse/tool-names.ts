import type { JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { sha256Hex } from '../../text/sha256.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';

const ID_CHARACTERS_MAX = 64;
const ID_HASH_CHARACTERS = 8;

/** A tool's name in the provider's characters: first a letter, then letters, digits, `_` and `-`. */
export function cleanToolName(name: string): string {
  const cleaned = name.replaceAll(/[^\p{L}\p{N}_-]/gu, '_');
  return name === '' || /^\p{L}/u.test(name) ? cleaned : `a${cleaned}`;
}

/** The provider's names → the client's, for those of the request's tools that had to be renamed. */
export function originalToolNames(tools: JsonValue | undefined): ReadonlyMap<string, string> {
  const names = (isArray(tools) ? tools : []).flatMap((tool) => {
    if (!isObject(tool)) return [];
    const name = readString(isObject(tool['function']) ? tool['function'] : tool, 'name');
    return name === undefined || cleanToolName(name) === name ? [] : [[cleanToolName(name), name] as const];
  });
  return new Map(names);
}

/** A tool call's id in the provider's characters; a hash of the original keeps changed ids apart. */
export function cleanToolUseId(id: string): string {
  const cleaned = id.replaceAll(/[^a-zA-Z0-9_.:-]/gu, '_') || 'tool_use_id';
  if (cleaned === id && cleaned.length <= ID_CHARACTERS_MAX) return id;
  const hash = sha256Hex(id).slice(0, ID_HASH_CHARACTERS);
  return `${cleaned.slice(0, ID_CHARACTERS_MAX - ID_HASH_CHARACTERS - 1)}_${hash}`;
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isEmptyThinking } from './clean-history.ts';
import { readRefusal, readSignature } from './client-response.ts';
import type { Piece } from './client-stream-blocks.ts';
import { cleanReplayedToolId } from './tool-names.ts';
import { blocksOf, isArray, readString } from './types.ts';

/** What identifies a tool call of the answer in later chunks: the provider's index, and its id if it has one. */
export interface SeenTool {
  readonly index: number | null;
  readonly id: string;
}

/** What a chunk's delta adds, in the order of the messages API, and the tool calls seen so far. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly tools: readonly SeenTool[];
}

/**
 * Splits a delta into its pieces: thinking, text, a refusal, tool calls.
 *
 * in: the delta; tool calls seen before it; shortened tool names → long ones; and a seed for the ids that a provider left out.
 */
export function toPieces(delta: JsonObject, tools: readonly SeenTool[], names: ReadonlyMap<string, string>, idSeed: string): Pieces {
  const pieces: Piece[] = thinkingPieces(delta);
  const { content } = delta;
  if (typeof content === 'string' && content !== '') pieces.push({ kind: 'text', text: content });
  const refusal = readRefusal(delta);
  if (refusal !== undefined) pieces.push({ kind: 'text', text: refusal });
  let seen = tools;
  for (const call of isArray(delta['tool_calls']) ? delta['tool_calls'].filter(isObject) : []) {
    const known = findTool(call, seen);
    const key = known ?? seen.length;
    const givenId = readString(call, 'id') ?? '';
    if (known === undefined) seen = [...seen, { index: readIndex(call), id: givenId }];
    const definition = isObject(call['function']) ? call['function'] : {};
    const name = readString(definition, 'name') ?? '';
    const id = givenId === '' ? `${idSeed}${key}` : cleanReplayedToolId(givenId);
    const signature = readSignature(call) ?? readSignature(definition);
    const text = readString(definition, 'arguments') ?? '';
    pieces.push({ kind: 'tool', key, id, name: names.get(name) ?? name, text, ...(signature !== undefined && { signature }) });
  }
  return { pieces, tools: seen };
}

function thinkingPieces(delta: JsonObject): Piece[] {
  const { thinking_blocks: given, reasoning_content: reasoning } = delta;
  const blocks = blocksOf(given).filter((block) => block.type === 'thinking' && !isEmptyThinking(block));
  const joined = (name: string): string => blocks.map((block) => readString(block, name) ?? '').join('');
  if (blocks.length > 0) return [{ kind: 'thinking', text: joined('thinking'), signature: joined('signature') }];
  if (isArray(given) && given.length > 0) return [];
  return typeof reasoning === 'string' && reasoning !== '' ? [{ kind: 'thinking', text: reasoning, signature: '' }] : [];
}

/**
 * The call that a piece continues: the one with the same index, unless its id is another (some providers give every call index 0); without
 * an index, the one with the same id; without either, the last one.
 */
function findTool(call: JsonObject, seen: readonly SeenTool[]): number | undefined {
  const index = readIndex(call);
  const id = readString(call, 'id') ?? '';
  if (index === null && id === '') return seen.length === 0 ? undefined : seen.length - 1;
  const at = seen.findLastIndex((tool) => (index === null || tool.index === null ? tool.id === id : tool.index === index));
  const known = seen[at];
  return known === undefined || (id !== '' && known.id !== '' && known.id !== id) ? undefined : at;
}

function readIndex(call: JsonObject): number | null {
  const index: JsonValue | undefined = call['index'];
  return typeof index === 'number' ? index : null;
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from './types.ts';

/** Members of a delta that are passed on besides content, role and tool calls. */
const HANDED_ON: readonly string[] = [
  'function_call',
  'reasoning_content',
  'reasoning_details',
  'thinking_blocks',
  'reasoning_items',
  'audio',
  'images',
  'annotations',
  'provider_specific_fields',
];

/**
 * One choice of a chunk as the reference sends it: without the finish reason, which gets a chunk of its own.
 *
 * in:  the choice; its role, or undefined to leave it out; whether members that OpenAI's API does not have are kept.
 */
export function convertChoice(choice: JsonObject, role: string | undefined, keepsMembers: boolean): JsonObject {
  const { index, delta, logprobs } = choice;
  return {
    ...(keepsMembers && strangeMembers(choice)),
    index: typeof index === 'number' ? index : 0,
    delta: convertDelta(isObject(delta) ? delta : {}, role),
    ...(isSaid(logprobs) && { logprobs }),
  };
}

function strangeMembers({ finish_reason: _reason, message: _message, ...others }: JsonObject): JsonObject {
  return others;
}

function convertDelta(delta: JsonObject, role: string | undefined): JsonObject {
  const out: Record<string, JsonValue> = {};
  if (role !== undefined) out['role'] = role;
  const { content, tool_calls: calls } = delta;
  if (isSaid(content)) out['content'] = content;
  if (Array.isArray(calls)) out['tool_calls'] = convertCalls(calls);
  for (const name of HANDED_ON) {
    const value = delta[name];
    if (isSaid(value)) out[name] = value;
  }
  const { reasoning } = delta;
  if (isSaid(reasoning)) out[out['reasoning_content'] === undefined ? 'reasoning_content' : 'reasoning'] = reasoning;
  return out;
}

/** Calls without an index are whole ones: they are numbered in order. */
function convertCalls(calls: readonly JsonValue[]): readonly JsonValue[] {
  let unnumbered = 0;
  return calls.map((call) => {
    if (!isObject(call)) return call;
    const index = isSaid(call['index']) ? call['index'] : unnumbered++;
    return { ...withArguments(call), index, type: isSaid(call['type']) ? call['type'] : 'function' };
  });
}

function withArguments(call: JsonObject): JsonObject {
  const callee = call['function'];
  return isObject(callee) && !isSaid(callee['arguments']) ? { ...call, function: { ...callee, arguments: '' } } : call;
}

/** The properties of a delta that decide what happens to its chunk. */
export interface DeltaContent {
  /** Text, calls, reasoning …: the chunk is sent. */
  readonly speaks: boolean;
  /** Audio or images: sent too, but they do not hold back a finish reason. */
  readonly shows: boolean;
  /** Text or calls: a finish reason beside them is held back for a chunk of its own. */
  readonly holdsFinish: boolean;
  /** Anything other than text: the answer is no longer text only. */
  readonly isMixed: boolean;
  /** A role or content, empty or not. */
  readonly isThere: boolean;
}

/** Reads these properties of a delta. `begun`: a chunk has been sent before. */
export function readDelta(delta: JsonObject, begun: boolean): DeltaContent {
  const { content, tool_calls: calls, function_call: call, role } = delta;
  const text = isSaid(content) && content !== '';
  const hasCalls = Array.isArray(calls) && calls.length > 0;
  const reasons = isSaid(delta['reasoning_content']) || isSaid(delta['reasoning']);
  const adds = isSaid(delta['annotations']) || isSaid(delta['provider_specific_fields']) || isSaid(delta['reasoning_items']);
  const shows = isSaid(delta['audio']) || isSaid(delta['images']);
  return {
    speaks: text || hasCalls || isSaid(call) || reasons || adds || (!begun && isSaid(role)),
    shows,
    holdsFinish: text || isSaid(calls) || isSaid(call),
    isMixed: hasCalls || isSaid(call) || reasons || adds || shows,
    isThere: isSaid(role) || isSaid(content),
  };
}

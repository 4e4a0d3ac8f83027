import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toJsonContent } from './response.ts';
import { toCodeResults, toWebSearchCall } from './server-tools.ts';
import type { ChatStreamRules, ChatStreamState, OpenBlock } from './stream-state.ts';
import { isArray, isBlock, JSON_TOOL_NAME, readString, type Block } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The next state, and the delta to send, if any. */
interface Told {
  readonly state: ChatStreamState;
  readonly delta: JsonObject | undefined;
}

/**
 * `content_block_start`: begins a call, or emits at once a block that arrives whole (redacted thinking, results of the provider's tools).
 */
export function openBlock(state: ChatStreamState, event: JsonObject, rules: ChatStreamRules): Told {
  const { content_block: block, index } = event;
  if (!isBlock(block)) return { state, delta: undefined };
  if (block.type === 'tool_use' || block.type === 'server_tool_use') return openCall(state, block, index, rules);
  const told: ChatStreamState = { ...state, blocks: { ...state.blocks, [String(index)]: { ...PLAIN, type: block.type } } };
  const text = block.type === 'text' ? readString(block, 'text') : undefined;
  if (text !== undefined) return { state: told, delta: text === '' ? undefined : { content: text } };
  if (block.type === 'redacted_thinking') {
    const thinking = [{ type: 'redacted_thinking', data: block['data'] ?? null }];
    return { state: told, delta: { thinking_blocks: thinking, provider_specific_fields: { thinking_blocks: thinking }, content: '' } };
  }
  if (block.type === 'compaction') return openCompaction(told, block);
  return block.type.endsWith('_tool_result') && block.type !== 'tool_search_tool_result'
    ? openResult(told, block)
    : { state: told, delta: undefined };
}

/** `content_block_delta` of any kind. */
export function toDelta(state: ChatStreamState, event: JsonObject, delta: JsonObject, rules: ChatStreamRules): Told {
  const { text, partial_json: json, citation, thinking, signature } = delta;
  if (typeof text === 'string') return { state, delta: text === '' ? undefined : { content: text } };
  if (typeof json === 'string') return addInput(state, String(event['index']), json, rules);
  if (citation !== undefined) return { state, delta: { content: '', provider_specific_fields: { citation } } };
  if (typeof thinking === 'string' && thinking !== '') {
    const blocks = [{ type: 'thinking', thinking }];
    const counted = { ...state, thinkingCharacters: state.thinkingCharacters + thinking.length };
    return { state: counted, delta: toThinking(thinking, blocks) };
  }
  if (typeof signature === 'string' && signature !== '')
    return { state, delta: toThinking('', [{ type: 'thinking', thinking: '', signature }]) };
  if (delta['type'] !== 'compaction_delta') return { state, delta: undefined };
  return {
    state,
    delta: { content: '', provider_specific_fields: { compaction_delta: { type: 'compaction_delta', content: delta['content'] ?? null } } },
  };
}

/** `content_block_stop`: a call without arguments gets `{}`, as in an answer that is not streamed. */
export function closeBlock(state: ChatStreamState, event: JsonObject, rules: ChatStreamRules): Told {
  const key = String(event['index']);
  const block = state.blocks[key];
  if (block === undefined) return { state, delta: undefined };
  const { [key]: _closed, ...blocks } = state.blocks;
  const inputs = block.serverId === null ? undefined : parseJson(block.input);
  const found = inputs === undefined || block.serverId === null ? state.found : withInput(state.found, block.serverId, inputs);
  const told: ChatStreamState = { ...state, blocks, found };
  if (block.callIndex < 0 || block.input !== '') return { state: told, delta: undefined };
  return { state: told, delta: toInput(block, '{}', rules) };
}

const PLAIN: OpenBlock = { type: '', callIndex: -1, input: '', isJson: false, serverId: null };

function openCall(state: ChatStreamState, block: Block, index: JsonValue | undefined, rules: ChatStreamRules): Told {
  const sent = readString(block, 'name') ?? '';
  const name = rules.names.get(sent) ?? sent;
  const isJson = rules.takesJson && name === JSON_TOOL_NAME;
  const id = readString(block, 'id') ?? '';
  const serverId = block.type === 'server_tool_use' ? id : null;
  const callIndex = state.callCount;
  const opened: OpenBlock = { type: block.type, callIndex, input: '', isJson, serverId };
  const searches = serverId !== null && name === 'web_search';
  const started = serverId === null ? state.found : withInput(state.found, serverId, block['input'] ?? {});
  const calls = searches ? { ...objectIn(started, 'calls'), [id]: toWebSearchCall(id, block['input'], undefined) } : undefined;
  const told: ChatStreamState = {
    ...state,
    blocks: { ...state.blocks, [String(index)]: opened },
    callCount: callIndex + 1,
    hasJson: state.hasJson || isJson,
    found: calls === undefined ? started : { ...started, calls },
  };
  if (isJson) return { state: told, delta: undefined };
  const { caller } = block;
  const call = { id, function: { arguments: '', name }, type: 'function', index: callIndex, ...(isObject(caller) && { caller }) };
  const fields = calls === undefined ? {} : { provider_specific_fields: { web_search_calls: calls } };
  return { state: told, delta: { content: '', tool_calls: [call], ...fields } };
}

function addInput(state: ChatStreamState, key: string, json: string, rules: ChatStreamRules): Told {
  const block = state.blocks[key];
  if (block === undefined || block.callIndex < 0) return { state, delta: undefined };
  const delta = toInput(block, json, rules);
  // For an ordinary call it only matters whether any arguments came, so its state stays the same object for all further pieces.
  const isKnown = json === '' || (block.serverId === null && block.input !== '');
  if (isKnown) return { state, delta };
  const input = block.serverId === null ? json.slice(0, 1) : block.input + json;
  const { type, callIndex, isJson, serverId } = block;
  const added: OpenBlock = { type, callIndex, input, isJson, serverId };
  return { state: { ...state, blocks: { ...state.blocks, [key]: added } }, delta };
}

function toInput(block: OpenBlock, json: string, rules: ChatStreamRules): JsonObject | undefined {
  if (block.isJson && rules.takesJson) return json === '' ? undefined : { content: unwrapped(json) };
  return { content: '', tool_calls: [{ function: { arguments: json }, type: 'function', index: block.callIndex }] };
}

/** If a piece is the whole answer, it is shown without the `values` that some models wrap it in. */
function unwrapped(json: string): string {
  const whole = json.startsWith('{') && json.endsWith('}') ? parseJson(json) : undefined;
  return isObject(whole) ? toJsonContent(whole) : json;
}

function toThinking(reasoning: string, blocks: readonly JsonObject[]): JsonObject {
  return { reasoning_content: reasoning, thinking_blocks: blocks, provider_specific_fields: { thinking_blocks: blocks }, content: '' };
}

function openCompaction(state: ChatStreamState, block: Block): Told {
  const blocks = [...listIn(state.found, 'compactions'), block];
  const fields = { compaction_blocks: blocks, compaction_start: { type: 'compaction', content: block['content'] ?? '' } };
  return { state: { ...state, found: { ...state.found, compactions: blocks } }, delta: { content: '', provider_specific_fields: fields } };
}

function openResult(state: ChatStreamState, block: Block): Told {
  const { found } = state;
  const id = readString(block, 'tool_use_id') ?? '';
  if (block.type === 'web_search_tool_result' || block.type === 'web_fetch_tool_result') {
    const results = [...listIn(found, 'results'), block];
    const before = objectIn(found, 'calls');
    const isSearch = block.type === 'web_search_tool_result';
    const calls =
      isSearch && before[id] !== undefined ? { ...before, [id]: toWebSearchCall(id, objectIn(found, 'inputs')[id], block) } : before;
    const fields = { web_search_results: results, ...(isSearch && { web_search_calls: calls }) };
    return { state: { ...state, found: { ...found, results, calls } }, delta: { content: '', provider_specific_fields: fields } };
  }
  const results = [...listIn(found, 'toolResults'), block];
  const inputs = Object.fromEntries(Object.entries(objectIn(found, 'inputs')).map(([key, value]) => [key, value ?? null]));
  const fields = { tool_results: results, code_interpreter_results: toCodeResults(results, inputs, null) };
  return { state: { ...state, found: { ...found, toolResults: results } }, delta: { content: '', provider_specific_fields: fields } };
}

function withInput(found: JsonObject, id: string, input: JsonValue): JsonObject {
  return { ...found, inputs: { ...objectIn(found, 'inputs'), [id]: input } };
}

function objectIn(found: JsonObject, name: string): JsonObject {
  return isObject(found[name]) ? found[name] : {};
}

function listIn(found: JsonObject, name: string): readonly JsonObject[] {
  return isArray(found[name]) ? found[name].filter(isObject) : [];
}

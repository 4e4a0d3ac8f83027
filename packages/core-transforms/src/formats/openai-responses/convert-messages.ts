import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf } from '../anthropic-messages/types.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toContentParts } from './convert-parts.ts';
import { toReasoningItems } from './messages-items.ts';

/** A conversation in the shape of the responses API. */
export interface Conversation {
  readonly input: readonly JsonObject[];
  /** The text of the leading system messages. */
  readonly instructions: string | undefined;
}

/**
 * Chat messages → input items.
 *
 * in:     messages in OpenAI's chat dialect.
 * out:    leading system messages as instructions; if there are no others, they stay an item, since an empty input is refused.
 * errors: `bad-request` for a tool call of unknown kind.
 * source: LiteLLM 1.106.2, completion_extras/litellm_responses_transformation/transformation.py, read 2026-11-23.
 */
export function convertMessages(messages: JsonValue | undefined): Outcome<Conversation> {
  const all = objectsIn(messages);
  const leading = all.findIndex((message) => message['role'] !== 'system');
  const head = all.slice(0, leading === -1 ? all.length : leading);
  const instructions = head.map((message) => message['content']).filter((content) => typeof content === 'string');
  const spoken = all.filter((message) => !(head.includes(message) && typeof message['content'] === 'string'));
  const customIds = new Set(
    all.flatMap((message) =>
      objectsIn(message['tool_calls'])
        .filter(isCustomCall)
        .map((call) => call['id']),
    ),
  );
  const input: JsonObject[] = [];
  for (const message of spoken) {
    const items = toItems(message, customIds);
    if (!items.ok) return items;
    input.push(...items.value);
  }
  const said = instructions.length === 0 ? undefined : instructions.join(' ');
  if (input.length > 0 || said === undefined) return ok({ input, instructions: said });
  return ok({ input: [{ type: 'message', role: 'system', content: [{ type: 'input_text', text: said }] }], instructions: undefined });
}

function toItems(message: JsonObject, customIds: ReadonlySet<JsonValue | undefined>): Outcome<readonly JsonObject[]> {
  const { role, content = '' } = message;
  const calls = objectsIn(message['tool_calls']);
  if (role === 'tool') return ok([toOutputItem(message, customIds)]);
  if (role === 'assistant' && calls.length > 0) {
    const items: JsonObject[] = [...toThought(message), ...(content !== null && content !== '' ? [toMessage('assistant', content)] : [])];
    for (const call of calls) {
      const item = toCallItem(call);
      if (item === undefined)
        return fail({ kind: 'bad-request', path: 'messages', message: `tool call not supported: ${JSON.stringify(call)}` });
      items.push(item);
    }
    return ok(items);
  }
  const thought = role === 'assistant' ? toThought(message) : [];
  return ok(content === null ? thought : [...thought, toMessage(typeof role === 'string' ? role : 'user', content)]);
}

function toMessage(role: string, content: JsonValue): JsonObject {
  return { type: 'message', role, content: toContentParts(content, role) };
}

function toOutputItem({ content, tool_call_id: id = null }: JsonObject, customIds: ReadonlySet<JsonValue | undefined>): JsonObject {
  const output = content === undefined || content === null ? [] : toContentParts(content, 'user');
  if (!customIds.has(id)) return { type: 'function_call_output', call_id: id, output };
  return { type: 'custom_tool_call_output', call_id: id, output: typeof content === 'string' ? content : output };
}

function isCustomCall(call: JsonObject): boolean {
  return !isObject(call['function']) && isObject(call['custom']);
}

function toCallItem(call: JsonObject): JsonObject | undefined {
  const { id = null, function: definition, custom } = call;
  if (isObject(definition)) {
    const { name, arguments: args } = definition;
    return {
      type: 'function_call',
      call_id: id,
      ...(name !== undefined && { name }),
      ...(args !== undefined && { arguments: args }),
    };
  }
  if (!isObject(custom)) return undefined;
  return { type: 'custom_tool_call', call_id: id, name: custom['name'] ?? '', input: custom['input'] ?? '' };
}

/** A message's reasoning: the API's own items unchanged, else the thinking in other members. */
function toThought(message: JsonObject): readonly JsonObject[] {
  const own = objectsIn(message['reasoning_items']).map(({ id, summary, encrypted_content: encrypted }) => ({
    type: 'reasoning',
    ...(typeof id === 'string' && id !== '' && { id }),
    summary: summary ?? [],
    ...(typeof encrypted === 'string' && encrypted !== '' && { encrypted_content: encrypted }),
  }));
  return own.length > 0 ? own : toReasoningItems(blocksOf(message['thinking_blocks']));
}

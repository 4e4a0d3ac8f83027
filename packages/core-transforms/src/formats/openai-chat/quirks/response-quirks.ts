import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';
import type { ResponseQuirkName } from '../../../providers/quirk-names.ts';
import { summaryParts, thinkingPartsOfMessage } from './content-parts.ts';
import { objectsOf, only, withList } from './edit-body.ts';
import type { ResponseQuirkFunction } from './quirk-types.ts';
import { askedSchema, isSchemaCall } from './tool-quirks.ts';
import { foldReasoningTokens } from './usage-quirks.ts';
import { parseJson } from '../../../json/parse-json.ts';

/** A quirk that edits one choice at a time. */
function perChoice(edit: (choice: JsonObject, chat: JsonObject) => JsonObject): ResponseQuirkFunction {
  return (completion, chat) => withList(completion, 'choices', (choice) => edit(choice, chat));
}

/** A quirk that edits one message at a time. */
function perMessage(edit: (message: JsonObject, chat: JsonObject) => JsonObject): ResponseQuirkFunction {
  return perChoice((choice, chat) => {
    const message = choice['message'];
    const edited = isObject(message) ? edit(message, chat) : message;
    return edited === message ? choice : { ...choice, message: edited };
  });
}

/** The arguments of the call of the schema tool, if it is the only call. */
function schemaAnswer(message: JsonObject, chat: JsonObject): string | undefined {
  if (askedSchema(chat['response_format']) === undefined) return undefined;
  const [call, ...others] = objectsOf(message['tool_calls']);
  if (call === undefined || others.length > 0 || !isSchemaCall(call)) return undefined;
  const callee = call['function'];
  const answer = isObject(callee) ? callee['arguments'] : undefined;
  return typeof answer === 'string' ? answer : '';
}

/** The function of each response quirk; what it does is documented at its name in provider-row.ts. */
export const RESPONSE_QUIRKS: Readonly<Record<ResponseQuirkName, ResponseQuirkFunction>> = {
  'schema-call-as-content': perMessage((message, chat) => {
    const answer = schemaAnswer(message, chat);
    return answer === undefined ? message : { ...message, content: answer, tool_calls: null };
  }),
  'schema-call-as-answer': perChoice((choice, chat) => {
    const message = choice['message'];
    const answer = isObject(message) ? schemaAnswer(message, chat) : undefined;
    return answer === undefined ? choice : { ...choice, finish_reason: 'stop', message: { role: 'assistant', content: answer } };
  }),
  'thinking-parts': perMessage(thinkingPartsOfMessage),
  'summary-parts': perMessage(summaryParts),
  'plain-completion': plainCompletion,
  'empty-content-as-null': perMessage((message) => (message['content'] === '' ? { ...message, content: null } : message)),
  'content-as-tool-call': perMessage((message, chat) => {
    const call = message['tool_calls'] === undefined ? toolCallIn(message['content'], chat) : undefined;
    return call === undefined ? message : { ...message, content: null, tool_calls: [call] };
  }),
  'tool-calls-end-in-tool-calls': perChoice((choice) => {
    const calls = isObject(choice['message']) ? objectsOf(choice['message']['tool_calls']) : [];
    return choice['finish_reason'] === '' && calls.length > 0 ? { ...choice, finish_reason: 'tool_calls' } : choice;
  }),
  'known-service-tier': (completion) => {
    const tier = completion['service_tier'];
    return tier === 'default' || tier === 'flex' || tier === 'auto' ? completion : { ...completion, service_tier: 'auto' };
  },
  'count-browser-tools': countBrowserTools,
  'fold-reasoning-tokens': foldReasoningTokens,
};

function toolCallIn(content: JsonValue | undefined, chat: JsonObject): JsonObject | undefined {
  if (typeof content !== 'string' || !content.trimStart().startsWith('{')) return undefined;
  const call = parseObject(content);
  const names = objectsOf(chat['tools']).map((tool) => (isObject(tool['function']) ? tool['function']['name'] : undefined));
  if (call === undefined || typeof call['name'] !== 'string' || !names.includes(call['name'])) return undefined;
  const given = call['arguments'];
  const callee = { name: call['name'], arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}) };
  return { id: `call_${call['name']}`, type: 'function', function: callee };
}

function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

function countBrowserTools(completion: JsonObject): JsonObject {
  const { usage, choices } = completion;
  if (!Array.isArray(choices) || !choices.some(hasRunTools)) return completion;
  const tools = objectsOf(choices).flatMap(({ message }) => (isObject(message) ? objectsOf(message['executed_tools']) : []));
  const names = tools.map((tool) => tool['name'] ?? tool['type']);
  const searches = names.filter((name) => name === 'browser.search' || name === 'browser_search').length;
  const opens = names.filter((name) => name === 'browser.open').length;
  if (!isObject(usage) || searches + opens === 0) return completion;
  return { ...completion, usage: { ...usage, server_tool_use: { web_search_requests: searches, browser_open_requests: opens } } };
}

function hasRunTools(choice: JsonValue): boolean {
  return isObject(choice) && isObject(choice['message']) && choice['message']['executed_tools'] !== undefined;
}

const COMPLETION_MEMBERS = ['id', 'object', 'created', 'model', 'usage'];
const CHOICE_MEMBERS = ['index', 'finish_reason'];
const MESSAGE_MEMBERS = ['role', 'content', 'tool_calls', 'reasoning_content', 'thinking_blocks', 'provider_specific_fields'];

function plainCompletion(completion: JsonObject): JsonObject {
  const choices = objectsOf(completion['choices']).map(({ message, ...choice }) => ({
    ...only(choice, CHOICE_MEMBERS),
    message: isObject(message) ? plainMessage(message) : (message ?? null),
  }));
  return { ...only(completion, COMPLETION_MEMBERS), choices };
}

function plainMessage(message: JsonObject): JsonObject {
  const reasoning = message['reasoning_content'] ?? message['reasoning'];
  return { ...only(message, MESSAGE_MEMBERS), ...(reasoning !== undefined && { reasoning_content: reasoning }) };
}

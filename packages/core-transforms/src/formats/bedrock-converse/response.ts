import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { isArray, JSON_TOOL_NAME, readString } from '../anthropic-messages/types.ts';
import { citeText } from './citations.ts';
import { countedThinking, toChatUsage } from './convert-usage.ts';
import { toFinishReason } from './map-stop-reason.ts';
import { parseAnswer } from './parse.ts';
import { wantsJson } from './response-format.ts';
import { cleanToolName, originalToolNames } from './tool-names.ts';
import type { ConverseAnswer } from './types.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';
import { ownModelName } from '../../providers/address.ts';

const THINKING_TAGS = /^<(?:think|thinking|budget:thinking)>(.*?)<\/(?:think|thinking|budget:thinking)>(.*)/su;

/**
 * The provider's 2xx answer → a chat completion.
 *
 * in:     the answer; `chat` is the request it answers, whose original tool names are restored.
 * out:    content, calls, thinking; everything without an equivalent at OpenAI in `provider_specific_fields`.
 * errors: those of parseAnswer.
 * source: LiteLLM 1.106.2, converse_transformation.py `_transform_response`, read 2026-11-23.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject): Outcome<JsonObject> {
  const parsed = parseAnswer(answer.body, plan.provider.id);
  if (!parsed.ok) return parsed;
  const { message, finishReason, reasoning } = toMessage(parsed.value, chat);
  const { whole, usage } = parsed.value;
  const tier = isObject(whole['serviceTier']) ? whole['serviceTier']['type'] : undefined;
  const seen = {
    isThere: reasoning !== undefined,
    text: reasoning ?? '',
    counted: countedThinking(whole['additionalModelResponseFields']),
  };
  return ok({
    id: childId('chatcmpl-', ambient.callId),
    created: ambient.nowSeconds,
    model: plan.answerModel ?? ownModelName(plan),
    object: 'chat.completion',
    choices: [{ finish_reason: finishReason, index: 0, message }],
    ...(usage !== undefined && { usage: toChatUsage(usage, seen) }),
    ...(whole['trace'] !== undefined && { trace: whole['trace'] }),
    ...(tier !== undefined && { service_tier: tier }),
  });
}

interface ReadMessage {
  readonly message: JsonObject;
  readonly finishReason: string;
  readonly reasoning: string | undefined;
}

function toMessage({ content, stopReason }: ConverseAnswer, chat: JsonObject): ReadMessage {
  const { text: said, thoughts } = splitThoughts(content);
  const citations = content.flatMap(({ citationsContent }) => (isObject(citationsContent) ? [citationsContent] : []));
  const cited = citeText(said, citations);
  const calls = toToolCalls(content, chat);
  const json = wantsJson(chat['response_format']) ? takeJson(cited.text, calls) : { text: cited.text, calls };
  const told = contentAsCall(json.text, chat);
  const shownCalls = told === undefined ? json.calls : [told];
  const mapped = toFinishReason(stopReason);
  const reasoning = thoughts.length === 0 ? undefined : thoughts.map(thoughtText).join('');
  const fields = {
    ...(thoughts.length > 0 && { reasoningContentBlocks: thoughts }),
    ...(citations.length > 0 && { citationsContent: citations }),
  };
  const message: JsonObject = {
    content: told === undefined ? json.text : null,
    role: 'assistant',
    ...(shownCalls.length > 0 && { tool_calls: shownCalls }),
    ...(cited.annotations.length > 0 && { annotations: cited.annotations }),
    ...(reasoning !== undefined && { reasoning_content: reasoning, thinking_blocks: thoughts.flatMap(toThinkingBlock) }),
    ...(Object.keys(fields).length > 0 && { provider_specific_fields: fields }),
  };
  const isJsonAnswer = mapped === 'tool_calls' && calls.length > 0 && json.calls.length === 0;
  return { message, finishReason: told !== undefined ? 'tool_calls' : isJsonAnswer ? 'stop' : mapped, reasoning };
}

/** Separates text and thinking, which comes as blocks, or in tags at the beginning of a text. The order is kept. */
function splitThoughts(content: readonly JsonObject[]): { readonly text: string; readonly thoughts: readonly JsonObject[] } {
  let text = '';
  const thoughts: JsonObject[] = [];
  for (const block of content) {
    const given = readString(block, 'text') ?? '';
    const [, thought, rest] = THINKING_TAGS.exec(given) ?? [];
    text += rest ?? given;
    if (thought !== undefined) thoughts.push({ reasoningText: { text: thought } });
    if (isObject(block['reasoningContent'])) thoughts.push(block['reasoningContent']);
  }
  return { text, thoughts };
}

function thoughtText({ reasoningText }: JsonObject): string {
  return isObject(reasoningText) ? (readString(reasoningText, 'text') ?? '') : '';
}

/** A block of thinking in the shape of Anthropic's API, as the reference shows it for every provider. */
export function toThinkingBlock({ reasoningText, redactedContent }: JsonObject): readonly JsonObject[] {
  if (isObject(reasoningText)) {
    const { text, signature } = reasoningText;
    return [{ type: 'thinking', ...(text !== undefined && { thinking: text }), ...(signature !== undefined && { signature }) }];
  }
  return redactedContent === undefined ? [] : [{ type: 'redacted_thinking', data: redactedContent }];
}

function toToolCalls(content: readonly JsonObject[], chat: JsonObject): readonly JsonObject[] {
  const names = originalToolNames(chat['tools']);
  return content.flatMap(({ toolUse }, index) => {
    if (!isObject(toolUse)) return [];
    const name = readString(toolUse, 'name') ?? '';
    const call = { arguments: toPythonJson(toolUse['input'] ?? {}), name: names.get(name) ?? name };
    return [{ index, function: call, id: toolUse['toolUseId'] ?? null, type: 'function' }];
  });
}

/** Turns calls of the JSON tool into the answer's text; other calls stay. */
function takeJson(text: string, calls: readonly JsonObject[]): { readonly text: string; readonly calls: readonly JsonObject[] } {
  const first = calls.find(isJsonCall);
  const definition = first?.['function'];
  if (!isObject(definition)) return { text, calls };
  const rest = calls.filter((call) => !isJsonCall(call));
  const json = unwrap(readString(definition, 'arguments') ?? '');
  return { text: rest.length === 0 ? json : text + json, calls: rest };
}

function isJsonCall(call: JsonObject): boolean {
  return isObject(call['function']) && call['function']['name'] === JSON_TOOL_NAME;
}

/** Unwraps the object with nothing but `properties` that some models answer, imitating the schema. */
function unwrap(json: string): string {
  const value = parseJson(json);
  const inner = isObject(value) && Object.keys(value).length === 1 ? value['properties'] : undefined;
  return inner === undefined ? json : toPythonJson(inner);
}

/** The call in a text that is one: some models write a call of a tool as JSON text. */
function contentAsCall(text: string, chat: JsonObject): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const value = parseJson(text);
  if (!isObject(value) || value['type'] !== 'function' || !isArray(chat['tools'])) return undefined;
  const name = readString(value, 'name');
  const known = chat['tools'].some((tool) => isObject(tool) && nameOf(tool) === name);
  if (name === undefined || !known) return undefined;
  const given = value['parameters'] ?? value['arguments'] ?? {};
  return { index: 0, function: { arguments: typeof given === 'string' ? given : toPythonJson(given), name }, id: null, type: 'function' };
}

function nameOf(tool: JsonObject): string {
  return cleanToolName(readString(isObject(tool['function']) ? tool['function'] : tool, 'name') ?? '');
}

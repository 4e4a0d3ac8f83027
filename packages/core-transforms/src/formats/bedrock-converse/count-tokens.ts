import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { toCountBody } from '../anthropic-count-tokens/count-request.ts';
import { countTokensAt } from '../anthropic-count-tokens/count-tokens.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import { runtimeBase } from './endpoint.ts';
import { baseModel, percentEncode, regionOf } from './model-id.ts';

/** Members that the model's own API requires, without effect on the count. */
const REQUIRED: JsonObject = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 1024 };
const NAME_LENGTH_MAX = 64;

/**
 * Token counts on Bedrock: for plain text in Converse's shape, otherwise for the body in the shape of the model's own API.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/count_tokens/transformation.py, read 2026-11-27.
 */
export const bedrockCountTokens: CallTransform = countTokensAt({
  request: (call, plan) => {
    const checked = toCountBody(call.body, plan);
    if (!checked.ok) return checked;
    const region = regionOf(plan);
    const url = `${runtimeBase(plan, region)}/model/${percentEncode(baseModel(plan))}/count-tokens`;
    const auth = { kind: 'aws-sigv4', service: 'bedrock', region } as const;
    return ok(toProviderRequest({ url, headers: {}, auth }, JSON.stringify({ input: toInput(call.body.value) }), plan));
  },
  read: ({ inputTokens: count = 0 }, plan) => ({ input_tokens: count, ...countSource(plan) }),
});

function toInput({ messages, system, tools }: JsonObject): JsonObject {
  const list = isArray(messages) ? messages : [];
  if (!list.some(hasTypedContent)) return { converse: toConverse(list, system, tools) };
  const body = {
    messages: list,
    ...(hasContent(tools) && { tools }),
    ...(hasContent(system) && { system }),
    ...REQUIRED,
  };
  return { invokeModel: { body: btoa(toPythonJson(body)) } };
}

function toConverse(messages: readonly JsonValue[], system: JsonValue | undefined, tools: JsonValue | undefined): JsonObject {
  const blocks = typeof system === 'string' ? [{ text: system }] : isArray(system) ? system.filter(isObject).map(toText) : [];
  const specs = isArray(tools) ? tools.filter(isObject).map(toToolSpec) : [];
  return {
    messages: messages
      .filter(isObject)
      .map(({ role, content }) => ({ role, content: typeof content === 'string' ? [{ text: content }] : content })),
    ...(hasContent(system) && blocks.length > 0 && { system: blocks }),
    ...(specs.length > 0 && { toolConfig: { tools: specs } }),
  };
}

function toText(block: JsonObject): JsonObject {
  return { text: block['text'] ?? '' };
}

function toToolSpec(tool: JsonObject): JsonObject {
  const clean = (readString(tool, 'name') ?? '').replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  const name = (clean === '' || /^[a-zA-Z]/u.test(clean) ? clean : `t_${clean}`).slice(0, NAME_LENGTH_MAX);
  const description = readString(tool, 'description') ?? '';
  const schema = tool['input_schema'] ?? { type: 'object', properties: {} };
  return { toolSpec: { name, description: description === '' ? name : description, inputSchema: { json: schema } } };
}

/** Whether the content is in Anthropic's shape: its blocks have a type, Converse's have none. */
function hasTypedContent(message: JsonValue): boolean {
  const content = isObject(message) ? message['content'] : undefined;
  return isArray(content) && content.some((block) => isObject(block) && block['type'] !== undefined);
}

function hasContent(value: JsonValue | undefined): boolean {
  return isArray(value) || typeof value === 'string' ? value.length > 0 : value !== undefined && value !== null;
}

/** Says so if the table has the model counted by its plain name. */
function countSource(plan: Plan): JsonObject {
  if (plan.facts?.supports.has('counted_by_name') !== true) return { litellm_count_source: 'provider' };
  return { litellm_count_source: 'token_count_model', litellm_count_model: baseModel(plan) };
}

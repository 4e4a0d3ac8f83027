import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { applyParams } from '../../params/apply-params.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { readMessages } from '../anthropic-messages/convert-messages.ts';
import { finestResolution } from './convert-media.ts';
import { convertMessages, type Conversation } from './convert-messages.ts';
import { toGenerationConfig } from './map-params.ts';
import { chooseTool, hasMaps, prepareTools } from './prepare-tools.ts';
import { asResponseFormat, schemaPrompt } from './response-format.ts';
import { toLabels } from './labels.ts';

/** Members of a client's `extra_body` that are meant for the gateway. */
const NOT_SENT: ReadonlySet<string> = new Set(['cache', 'tags']);

/**
 * A chat request → a body for `generateContent` and `streamGenerateContent`.
 *
 * in:     the hub's request; the plan's row and facts decide which parameters pass and how the model thinks.
 * out:    the body; the URL has the model and whether it streams. Unknown members are dropped.
 * errors: `bad-request` and `unsupported-params` in the reference's words; `declined` for media that has to be fetched.
 * source: LiteLLM 1.106.2, gemini/transformation.py `transform_request_body`, read 2026-11-26.
 */
export function toGenerateBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const request = normalizeParams({ ...plan.settings.defaults, ...chat }, plan);
  if (!request.ok) return request;
  const messages = readMessages(request.value['messages']);
  if (!messages.ok) return messages;
  const applied = applyParams(request.value, plan);
  if (!applied.ok) return applied;
  const { params, extraBody, choice } = applied.value;
  const called: Plan = { ...plan, settings: { ...plan.settings, ...choice } };
  const config = toGenerationConfig(params, called);
  if (!config.ok) return config;
  const tools = toToolMembers(params, called);
  if (!tools.ok) return tools;
  const { told, generationConfig } = placeSchema(messages.value, config.value, plan);
  const takesSystem = plan.facts?.supports.has('system_messages') === true || plan.model.includes('gemini/');
  const conversation = convertMessages(told, plan, takesSystem);
  if (!conversation.ok) return conversation;
  const sized = withResolution(generationConfig, messages.value, plan);
  const body: JsonObject = {
    contents: conversation.value.contents,
    ...besideCache(conversation.value, tools.value, params, plan),
    ...toOwnMembers(params, request.value, plan),
    ...(Object.keys(sized).length > 0 && { generationConfig: sized }),
  };
  return ok(withExtraBody(body, extraBody), applied.notes);
}

/** The tools, and the configuration of their use. */
function toToolMembers(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const prepared = prepareTools(params);
  if (!prepared.ok) return prepared;
  const chosen = chooseTool(params['tool_choice'], plan);
  if (!chosen.ok) return chosen;
  const { tools, config } = prepared.value;
  const toolConfig: JsonObject = {
    ...config,
    ...chosen.value,
    ...(params['include_server_side_tool_invocations'] === true && { includeServerSideToolInvocations: true }),
  };
  return ok({ ...(tools !== undefined && { tools }), ...(Object.keys(toolConfig).length > 0 && { toolConfig }) });
}

/** Members that may not accompany cached contents: removed with `modify_params`, otherwise left for the provider to refuse. */
function besideCache({ system }: Conversation, tools: JsonObject, { cached_content: cached }: JsonObject, { settings }: Plan): JsonObject {
  const shown = typeof cached === 'string' ? { cachedContent: cached } : {};
  if (typeof cached === 'string' && settings.modifyParams) return shown;
  return { ...(system.length > 0 && { system_instruction: { parts: system } }), ...tools, ...shown };
}

/** Members of the body that do not concern the model: safety, tier, labels. */
function toOwnMembers(params: JsonObject, request: JsonObject, { provider }: Plan): JsonObject {
  const { safety_settings: safety, service_tier: tier } = params;
  const labels = provider.generate?.cloud === true ? (toLabels(params['labels']) ?? toLabels(request['metadata'])) : undefined;
  return {
    ...(safety !== undefined && { safetySettings: safety }),
    ...(tier !== undefined && { serviceTier: typeof tier === 'string' ? toServiceTier(tier.toLowerCase()) : tier }),
    ...(labels !== undefined && { labels }),
  };
}

function toServiceTier(tier: string): string {
  if (tier === 'auto') return 'priority';
  return tier === 'default' ? 'standard' : tier;
}

interface PlacedSchema {
  readonly told: readonly JsonObject[];
  readonly generationConfig: JsonObject;
}

/** Puts a schema into the prompt if the model accepts none. */
function placeSchema(messages: readonly JsonObject[], config: JsonObject, { facts }: Plan): PlacedSchema {
  const { response_schema: schema, ...rest } = config;
  if (schema === undefined || facts?.supports.has('response_schema') === true) return { told: messages, generationConfig: config };
  return { told: [...messages, { role: 'user', content: schemaPrompt(schema) }], generationConfig: rest };
}

/** Sets the resolution for all images, which only models of the second generation have. */
function withResolution(config: JsonObject, messages: readonly JsonObject[], { model }: Plan): JsonObject {
  const resolution = model.includes('gemini-2') ? finestResolution(messages) : undefined;
  return resolution === undefined ? config : { ...config, mediaResolution: resolution };
}

/** Merges a client's own members into the body; objects are merged member by member. */
function withExtraBody(body: JsonObject, extra: JsonObject): JsonObject {
  const given = Object.entries(extra).filter(([name]) => !NOT_SENT.has(name));
  const merged: JsonObject = {
    ...body,
    ...Object.fromEntries(
      given.map(([name, value]) => {
        const before = body[name];
        return [name, isObject(before) && isObject(value) ? { ...before, ...value } : value];
      }),
    ),
  };
  const { generationConfig: config } = merged;
  return isObject(config) && hasMaps(merged['tools']) ? { ...merged, generationConfig: asResponseFormat(config) } : merged;
}

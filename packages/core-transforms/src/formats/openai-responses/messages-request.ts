import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { mendHistory } from '../anthropic-messages/clean-history.ts';
import { readSessionKey } from '../anthropic-messages/client-request.ts';
import { declineAdvisor } from '../anthropic-messages/decline-advisor.ts';
import { effortOfBudget, lowerEffort } from '../anthropic-messages/client-thinking.ts';
import { blocksOf, isArray, readString } from '../anthropic-messages/types.ts';
import { toInputItems, toSystemParts } from './messages-items.ts';

/** Members that are translated, and those that the responses API does not know; all others are passed on unchanged. */
const TRANSLATED: ReadonlySet<string> = new Set(
  `messages system max_tokens metadata tools tool_choice thinking output_format output_config stop_sequences top_k container
   context_management include`.split(/\s+/u),
);

/** Requests reasoning in a form that the next turn can send back, whether or not it is shown. */
const ENCRYPTED = 'reasoning.encrypted_content';

const USER_CHARACTERS_MAX = 64;

/**
 * A messages request → a responses call, before its parameters are adapted to the provider.
 *
 * errors: `bad-request` without messages; `declined` with an advisor among the tools.
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/responses_adapters/transformation.py, read 2026-11-23.
 */
export function toResponsesRequest(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const { messages, system } = body;
  if (!isArray(messages)) {
    return fail({ kind: 'bad-request', path: 'messages', message: 'messages is required for Anthropic Messages Request' });
  }
  const declined = declineAdvisor(body['tools']);
  if (declined !== undefined) return declined;
  const passed = Object.entries(body).filter(([name, value]) => !TRANSLATED.has(name) && value !== null && value !== undefined);
  const marked = blocksOf(system).some((block) => (block['prompt_cache_breakpoint'] ?? null) !== null) ? toSystemParts(system) : [];
  const developer = marked.length === 0 ? [] : [{ type: 'message', role: 'developer', content: marked }];
  return ok({
    ...toUser(body['metadata'], body['prompt_cache_key']),
    ...Object.fromEntries(passed),
    input: [...developer, ...toInputItems(mendHistory(messages))],
    ...(takesInclude(plan) && {
      include: [ENCRYPTED, ...(isArray(body['include']) ? body['include'].filter((one) => one !== ENCRYPTED) : [])],
    }),
    ...(marked.length === 0 && toInstructions(system)),
    ...(isFilled(body['max_tokens']) && { max_output_tokens: body['max_tokens'] }),
    ...toTools(body['tools'], body['tool_choice']),
    ...toReasoning(body['thinking'], body['output_config'], plan),
    ...toTextFormat(body['output_format'], body['output_config']),
    ...toCompaction(body['context_management']),
  });
}

function takesInclude({ provider }: Plan): boolean {
  return provider.responses?.takes?.includes('include') !== false;
}

function toInstructions(system: JsonValue | undefined): JsonObject {
  if (typeof system === 'string') return system === '' ? {} : { instructions: system };
  if (!isArray(system) || system.length === 0) return {};
  return {
    instructions: toSystemParts(system)
      .map((part) => String(part['text']))
      .join('\n'),
  };
}

function toTools(tools: JsonValue | undefined, choice: JsonValue | undefined): JsonObject {
  const given = isArray(tools) ? tools.filter(isObject) : [];
  return { ...(given.length > 0 && { tools: given.map(toTool) }), ...(isObject(choice) && { tool_choice: toToolChoice(choice) }) };
}

/** A tool with an explicit `strict`: by default the API would make every tool strict. */
function toTool(tool: JsonObject): JsonObject {
  const { type, name = '', description, input_schema: parameters, strict } = tool;
  if ((typeof type === 'string' && type.startsWith('web_search')) || name === 'web_search') return { type: 'web_search_preview' };
  return {
    type: 'function',
    name,
    strict: strict === true,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
  };
}

function toToolChoice(choice: JsonObject): JsonValue {
  switch (choice['type']) {
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    case 'tool':
      return { type: 'function', name: choice['name'] ?? '' };
    default:
      return 'auto';
  }
}

function toReasoning(thinking: JsonValue | undefined, outputConfig: JsonValue | undefined, plan: Plan): JsonObject {
  if (!isObject(thinking)) return {};
  const declared = isObject(outputConfig) ? readString(outputConfig, 'effort') : undefined;
  const efforts: Record<string, string> = { adaptive: declared || 'medium', enabled: effortOfBudget(thinking) };
  const effort = efforts[readString(thinking, 'type') ?? ''];
  if (effort === undefined) return {};
  const { summary } = thinking;
  return { reasoning: { effort: lowerEffort(effort, plan.facts), ...(isFilled(summary) && { summary }) } };
}

function toTextFormat(outputFormat: JsonValue | undefined, outputConfig: JsonValue | undefined): JsonObject {
  const format = isObject(outputFormat) ? outputFormat : isObject(outputConfig) ? outputConfig['format'] : undefined;
  if (!isObject(format) || format['type'] !== 'json_schema' || !isFilled(format['schema'])) return {};
  const { schema, strict = false } = format;
  return { text: { format: { type: 'json_schema', name: 'structured_output', schema, strict } } };
}

function toCompaction(management: JsonValue | undefined): JsonObject {
  const edits = isObject(management) ? blocksOf(management['edits']) : [];
  const compactions = edits.flatMap((edit) => {
    if (edit.type !== 'compact_20260112') return [];
    const threshold = isObject(edit['trigger']) ? edit['trigger']['value'] : undefined;
    return [{ type: 'compaction', ...(typeof threshold === 'number' && { compact_threshold: Math.trunc(threshold) }) }];
  });
  return compactions.length === 0 ? {} : { context_management: compactions };
}

function toUser(metadata: JsonValue | undefined, cacheKey: JsonValue | undefined): JsonObject {
  const user = isObject(metadata) ? metadata['user_id'] : undefined;
  if (user === undefined || user === null) return {};
  const session = typeof user === 'string' && !isFilled(cacheKey) ? readSessionKey(user) : undefined;
  return { user: String(user).slice(0, USER_CHARACTERS_MAX), ...(session !== undefined && { prompt_cache_key: session }) };
}

function isFilled(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== '' && value !== 0;
}

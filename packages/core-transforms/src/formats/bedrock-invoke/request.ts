import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Headers } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { ANTHROPIC_PARAMS, ANTHROPIC_THINKING } from '../../providers/anthropic-params.ts';
import type { ParamRules } from '../../providers/provider-row.ts';
import { showsUpdates } from '../anthropic-messages/beta-headers.ts';
import { withoutBillingNote } from '../anthropic-messages/fit-copy.ts';
import { liftSystem, remoteMedia } from '../anthropic-messages/fit-host.ts';
import { toNativeMembers } from '../anthropic-messages/native-request.ts';
import { toMessagesBody } from '../anthropic-messages/request.ts';
import { thinksAdaptively } from '../anthropic-messages/thinking.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import { capEffort } from '../bedrock-converse/thinking.ts';
import { chatBodyBetas, chatHeaderBetas, messagesBodyBetas } from './betas.ts';
import { fitCacheMarks } from './cache-marks.ts';
import { fitContextEdits } from './context-edits.ts';
import { givenBetas } from './endpoint.ts';
import { fitTools, nameTools, renameSearches } from './fit-tools.ts';
import { fitOutput } from './structured-output.ts';

const VERSION = 'bedrock-2023-05-31';
const NO_HEADERS: Headers = {};

/** Through this API Anthropic's models accept what Anthropic's own API accepts, whatever the row says of Converse. */
const CLAUDE_PARAMS: ParamRules = { allow: ANTHROPIC_PARAMS, adjust: ANTHROPIC_THINKING };

/** Members of a body in Anthropic's dialect that InvokeModel accepts; it refuses others. Source: LiteLLM 1.106.2, types/llms/bedrock.py. */
const MEMBERS: readonly string[] = [
  'anthropic_version',
  'max_tokens',
  'messages',
  'anthropic_beta',
  'system',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'metadata',
  'output_config',
  'safeguards',
  'context_management',
];

/**
 * A chat request → InvokeModel's body for one of Anthropic's models: that of Anthropic's API, but the URL names the model, and the body
 * contains the version and the betas.
 *
 * errors: those of toMessagesBody; `declined` for media at a URL, which Bedrock does not fetch.
 * source: LiteLLM 1.106.2, bedrock/chat/invoke_transformations/anthropic_claude3_transformation.py, read 2026-11-27.
 */
export function toInvokeBody(given: JsonObject, plan: Plan, ambient: Ambient, clientHeaders: Headers = NO_HEADERS): Outcome<JsonObject> {
  const claude = asClaude(plan);
  const { model_id: _id, guardrailConfig: _guardrail, ...defaults } = plan.settings.defaults;
  const { model_id: _chatId, guardrailConfig: _chatGuardrail, ...chat } = given;
  const asked = { ...claude, settings: { ...plan.settings, defaults: capEfforts(defaults, claude) } };
  const made = toMessagesBody(capEfforts(chat, claude), asked, ambient);
  if (!made.ok) return made;
  const { model: _model, stream: _stream, extra_body: extra, ...own } = keepUpdates(made.value, chat);
  const whole: JsonObject = { ...own, ...(isObject(extra) && extra) };
  const remote = remoteMedia(whole, ['image', 'document']);
  if (remote.length > 0) return needsMedia('messages', remote);
  const betas = chatHeaderBetas(whole, givenBetas(plan, clientHeaders, chat));
  const all = chatBodyBetas(whole, chat['messages'], claude.facts, betas);
  const { tools, system, ...rest } = fitOutput(whole, claude);
  return ok(
    {
      anthropic_version: VERSION,
      ...rest,
      system: withoutBillingNote(system),
      ...(tools !== undefined && { tools: isArray(tools) ? fitTools(renameSearches(tools)) : tools }),
      ...(all.length > 0 && { anthropic_beta: all }),
    },
    made.notes,
  );
}

/**
 * A client's body in Anthropic's dialect → the members that are sent.
 *
 * errors: those of toNativeMembers; `bad-request` for a web search, which Bedrock does not have.
 * source: LiteLLM 1.106.2, bedrock/messages/invoke_transformations/anthropic_claude3_transformation.py, read 2026-11-27.
 */
export function toInvokeMembers(body: JsonObject, plan: Plan, clientHeaders: Headers): Outcome<JsonObject> {
  const claude = asClaude(plan);
  const made = toNativeMembers(capReasoning(body, claude), claude);
  if (!made.ok) return made;
  const lifted = liftSystem(keepUpdates(made.value, body), claude);
  const refused = refuseSearch(lifted['tools'], claude.model);
  if (refused !== undefined) return fail({ kind: 'bad-request', path: '', message: refused });
  const edited = fitContextEdits(lifted, claude);
  const betas = messagesBodyBetas(edited, claude.facts, givenBetas(plan, clientHeaders, {}));
  const marked = fitCacheMarks(edited, plan);
  const asks = marked['output_config'] !== undefined || marked['output_format'] !== undefined;
  const fitted = asks ? fitOutput(marked, claude) : marked;
  const { tools } = fitted;
  const members: JsonObject = {
    ...fitted,
    system: withoutBillingNote(fitted['system']),
    ...(isArray(tools) && { tools: fitTools(nameTools(tools)) }),
    anthropic_version: VERSION,
    ...(betas.length > 0 && { anthropic_beta: betas }),
  };
  return ok(Object.fromEntries(MEMBERS.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]]))), made.notes);
}

/** The plan as for Anthropic's own API, but without `speed`, which only Anthropic has. */
export function asClaude(plan: Plan): Plan {
  const { facts, provider } = plan;
  const supports = new Set([...(facts?.supports ?? [])].filter((flag) => flag !== 'speed'));
  return {
    ...plan,
    provider: { ...provider, params: CLAUDE_PARAMS },
    facts: facts === undefined ? undefined : { ...facts, supports },
  };
}

/** Caps efforts to what Bedrock's validator accepts, before they are checked against what the model accepts elsewhere. */
function capEfforts(chat: JsonObject, plan: Plan): JsonObject {
  const { output_config: config } = chat;
  const capped = capReasoning(chat, plan);
  return isObject(config) ? { ...capped, output_config: capEffort(config, plan) } : capped;
}

function capReasoning(body: JsonObject, plan: Plan): JsonObject {
  const { reasoning_effort: effort } = body;
  if (typeof effort !== 'string' || !thinksAdaptively(plan.facts)) return body;
  const { effort: capped } = capEffort({ effort }, plan);
  return capped === effort ? body : { ...body, reasoning_effort: capped };
}

/** Keeps the request for updates of the thinking if that became adaptive. */
function keepUpdates(made: JsonObject, { thinking: asked }: JsonObject): JsonObject {
  const { thinking } = made;
  if (!showsUpdates(asked) || !isObject(thinking) || thinking['type'] !== 'adaptive') return made;
  return thinking['display'] === 'updates' ? made : { ...made, thinking: { ...thinking, display: 'updates' } };
}

function refuseSearch(tools: JsonValue | undefined, model: string): string | undefined {
  const types = isArray(tools) ? tools.filter(isObject).map((tool) => readString(tool, 'type') ?? '') : [];
  const search = types.find((type) => type.startsWith('web_search_'));
  if (search === undefined) return undefined;
  return `Bedrock does not support Anthropic's server-side web search tool (tool type '${search}', model '${model}'). Remove it from the request.`;
}

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import {
  changesTools,
  computerBetas,
  contextBetas,
  mapBetas,
  needsAdvancedTools,
  sameNames,
  searchesTools,
  showsUpdates,
  type BetaNames,
} from '../anthropic-messages/beta-headers.ts';
import { ADVISOR_TYPE } from '../anthropic-messages/prepare-tools.ts';
import { thinksAdaptively } from '../anthropic-messages/thinking.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import { parseJson } from '../../json/parse-json.ts';

const SEARCH_BETA = 'tool-search-tool-2025-10-19';
const CONTEXT_BETA = 'context-management-2025-06-27';

/** Betas that InvokeModel knows, with its names for them. Source: LiteLLM 1.106.2, anthropic_beta_headers_config.json, read 2026-11-27. */
const INVOKE_BETAS: BetaNames = {
  ...sameNames([
    'compact-2026-01-12',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'context-1m-2025-08-07',
    CONTEXT_BETA,
    'dangerous-tool-use-2026-09-03',
    'effort-2025-11-24',
    'fine-grained-tool-streaming-2025-05-14',
    'mid-conversation-output-config-2026-07-01',
    'mid-conversation-tool-changes-2026-07-01',
    'thinking-binding-controls-2026-08-01',
    'thinking-display-updates-2026-08-18',
    SEARCH_BETA,
  ]),
  'advanced-tool-use-2025-11-20': SEARCH_BETA,
};

/** The betas of a call's `anthropic-beta` header, which may be a JSON list. */
export function readBetas(header: string | undefined): readonly string[] {
  if (header === undefined || header === '') return [];
  const list = header.trim().startsWith('[') ? parseJson(header) : undefined;
  return isArray(list) ? list.map((beta) => String(beta).trim()) : header.split(',').map((beta) => beta.trim());
}

/**
 * Betas for a body made from a chat request, whether or not Bedrock knows them: the call's own, and those that the body needs.
 *
 * source: LiteLLM 1.106.2, anthropic/chat/transformation.py `update_headers_with_optional_anthropic_beta`, read 2026-11-27.
 */
export function chatHeaderBetas(body: JsonObject, given: readonly string[]): readonly string[] {
  const types = toolsOf(body).map((tool) => readString(tool, 'type') ?? '');
  return unique([
    ...given,
    ...when(
      'web-fetch-2025-09-10',
      types.some((type) => type.startsWith('web_fetch')),
    ),
    ...when(
      CONTEXT_BETA,
      types.some((type) => type.startsWith('memory')),
    ),
    ...contextBetas(body),
    ...when('structured-outputs-2025-11-13', asksForFormat(body)),
    ...when('fast-mode-2026-02-01', body['speed'] === 'fast'),
    ...when('advisor-tool-2026-03-01', types.includes(ADVISOR_TYPE)),
  ]);
}

/**
 * Betas that are put into a body made from a chat request.
 *
 * in:     the body before anything is removed from it; `given` as chatHeaderBetas gives them; the chat's messages.
 * source: LiteLLM 1.106.2, anthropic_claude3_transformation.py `_compute_bedrock_invoke_beta_headers`, read 2026-11-27.
 */
export function chatBodyBetas(
  body: JsonObject,
  messages: JsonValue | undefined,
  facts: ModelFacts | undefined,
  given: readonly string[],
): readonly string[] {
  return unique([...given, ...mapBetas([...needed(body, messages, facts), ...eager(body)], INVOKE_BETAS)]);
}

/** Betas for a body in Anthropic's dialect. `body` is the one before anything was removed, except context edits. */
export function messagesBodyBetas(body: JsonObject, facts: ModelFacts | undefined, given: readonly string[]): readonly string[] {
  const messages = isArray(body['messages']) ? body['messages'].filter(isObject) : [];
  const wanted = [
    ...given,
    ...needed(body, messages, facts),
    ...eager(body),
    ...when('mid-conversation-tool-changes-2026-07-01', messages.some(changesTools)),
    ...when('dangerous-tool-use-2026-09-03', body['safeguards'] !== undefined && body['safeguards'] !== null),
    ...contextBetas(body),
  ];
  return mapBetas(wanted, INVOKE_BETAS);
}

/** Those of a call's betas that Bedrock knows. */
export function knownBetas(given: readonly string[]): readonly string[] {
  return mapBetas(given, INVOKE_BETAS);
}

function needed(body: JsonObject, messages: JsonValue | undefined, facts: ModelFacts | undefined): readonly string[] {
  const { output_config: output } = body;
  const hasEffort = isObject(output) && typeof output['effort'] === 'string' && output['effort'] !== '';
  const searches = searchesTools(body) && !needsAdvancedTools(body);
  return [
    ...when('effort-2025-11-24', hasEffort && !thinksAdaptively(facts)),
    ...computerBetas(body),
    ...when(
      'mid-conversation-output-config-2026-07-01',
      isArray(messages) && messages.some((message) => isObject(message) && message['output_config'] !== undefined),
    ),
    ...when('thinking-display-updates-2026-08-18', showsUpdates(body['thinking'])),
    ...when(SEARCH_BETA, searches && facts?.supports.has('tool_search') === true),
  ];
}

function eager(body: JsonObject): readonly string[] {
  const isEager = toolsOf(body).some((tool) => tool['eager_input_streaming'] === true);
  return when('fine-grained-tool-streaming-2025-05-14', isEager);
}

function asksForFormat({ output_format: format, output_config: output }: JsonObject): boolean {
  const nested = isObject(output) ? output['format'] : undefined;
  return [format, nested].some((value) => value !== undefined && value !== null);
}

function toolsOf({ tools }: JsonObject): readonly JsonObject[] {
  return isArray(tools) ? tools.filter(isObject) : [];
}

function unique(betas: readonly string[]): readonly string[] {
  return [...new Set(betas)].toSorted();
}

function when(beta: string, holds: boolean): readonly string[] {
  return holds ? [beta] : [];
}

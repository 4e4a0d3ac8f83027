import type { JsonObject } from '../../contract/json.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { computerBetas, contextBetas, mapBetas, sameNames, searchesTools, type BetaNames } from '../anthropic-messages/beta-headers.ts';
import { thinksAdaptively } from '../anthropic-messages/thinking.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';

const SEARCH_BETA = 'tool-search-tool-2025-10-19';
const WEB_SEARCH_BETA = 'web-search-2025-03-05';

/** Betas that Vertex AI knows, with its names for them. Source: LiteLLM 1.106.2, anthropic_beta_headers_config.json, read 2026-11-23. */
const VERTEX_BETAS: BetaNames = {
  ...sameNames([
    'compact-2026-01-12',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
    'dangerous-tool-use-2026-09-03',
    'inline-tools-2026-09-15',
    'interleaved-thinking-2025-05-14',
    'per-turn-control-2026-07-01',
    'thinking-binding-controls-2026-08-01',
    'thinking-display-updates-2026-08-18',
    SEARCH_BETA,
    WEB_SEARCH_BETA,
  ]),
  'advanced-tool-use-2025-11-20': SEARCH_BETA,
};

/**
 * Betas that a body made from a chat request contains, for the features that it uses.
 *
 * source: LiteLLM 1.106.2, vertex_ai_partner_models/anthropic/transformation.py `transform_request`, read 2026-11-23.
 */
export function bodyBetas(body: JsonObject, chat: JsonObject, facts: ModelFacts | undefined): readonly string[] {
  return mapBetas(wantedBetas(body, chat, facts), VERTEX_BETAS);
}

/** The same for the header. If the body needs no betas: those set for the call, and the one for web search. */
export function chatHeaderBetas(
  body: JsonObject,
  chat: JsonObject,
  facts: ModelFacts | undefined,
  given: readonly string[],
): readonly string[] {
  const wanted = wantedBetas(body, chat, facts);
  return mapBetas(wanted.length > 0 ? wanted : [...given, ...(searchesWeb(body) ? [WEB_SEARCH_BETA] : [])], VERTEX_BETAS);
}

/** Anthropic's names, including betas that Vertex AI does not know. */
function wantedBetas(body: JsonObject, chat: JsonObject, facts: ModelFacts | undefined): readonly string[] {
  const { output_config: output } = chat;
  const hasEffort = isObject(output) && typeof output['effort'] === 'string' && !thinksAdaptively(facts);
  const { mcp_servers: servers } = body;
  return [
    ...(hasEffort ? ['effort-2025-11-24'] : []),
    ...(isArray(servers) && servers.length > 0 ? ['mcp-client-2025-04-04'] : []),
    ...computerBetas(body),
    ...contextBetas(body),
    ...(searchesTools(body) ? [SEARCH_BETA] : []),
  ];
}

/** The header's betas for a client's body in Anthropic's dialect. */
export function messagesHeaderBetas(body: JsonObject, given: readonly string[]): readonly string[] {
  const messages = isArray(body['messages']) ? body['messages'].filter(isObject) : [];
  const wanted = [
    ...given,
    ...contextBetas(body),
    ...(searchesWeb(body) ? [WEB_SEARCH_BETA] : []),
    ...(searchesTools(body) ? [SEARCH_BETA] : []),
    ...(body['safeguards'] === undefined ? [] : ['dangerous-tool-use-2026-09-03']),
    ...(messages.some((message) => message['output_config'] !== undefined) ? ['per-turn-control-2026-07-01'] : []),
  ];
  return mapBetas(wanted, VERTEX_BETAS);
}

function searchesWeb(body: JsonObject): boolean {
  const tools = isArray(body['tools']) ? body['tools'].filter(isObject) : [];
  return tools.some((tool) => readString(tool, 'type')?.startsWith('web_search') === true);
}

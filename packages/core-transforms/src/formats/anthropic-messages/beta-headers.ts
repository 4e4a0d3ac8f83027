import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { ADVISOR_TYPE, TOOL_SEARCH_TYPES } from './prepare-tools.ts';
import { thinksAdaptively } from './thinking.ts';
import { blocksOf, isArray, readString } from './types.ts';

/**
 * Betas that the provider knows. A body made from a chat request gets no others, even if the client names them; a client that speaks the
 * provider's own dialect may name any. Source: LiteLLM 1.106.2, anthropic_beta_headers_config.json, read 2026-11-23.
 */
const KNOWN_BETAS: BetaNames = sameNames([
  'advanced-tool-use-2025-11-20',
  'advisor-tool-2026-03-01',
  'code-execution-2025-08-25',
  'compact-2026-01-12',
  'compact-2026-09-04',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dangerous-tool-use-2026-09-03',
  'effort-2025-11-24',
  'fast-mode-2026-02-01',
  'files-api-2025-04-14',
  'fine-grained-tool-streaming-2025-05-14',
  'inline-tools-2026-09-15',
  'interleaved-thinking-2025-05-14',
  'mcp-client-2025-04-04',
  'mcp-client-2025-11-20',
  'mid-conversation-output-config-2026-07-01',
  'mid-conversation-tool-changes-2026-07-01',
  'oauth-2025-04-20',
  'output-128k-2025-02-19',
  'per-turn-control-2026-07-01',
  'prompt-caching-scope-2026-01-05',
  'skills-2025-10-02',
  'structured-outputs-2025-11-13',
  'thinking-binding-controls-2026-08-01',
  'thinking-display-updates-2026-08-18',
  'token-efficient-tools-2025-02-19',
  'web-fetch-2025-09-10',
  'web-search-2025-03-05',
]);

/** Names of betas that a provider knows → what it calls them. */
export type BetaNames = Readonly<Record<string, string>>;

/** Betas that a provider knows by Anthropic's own names. */
export function sameNames(betas: readonly string[]): BetaNames {
  return Object.fromEntries(betas.map((beta) => [beta, beta]));
}

const NO_BETAS: readonly string[] = [];

/** The betas that a provider knows, by its names, sorted, without duplicates. */
export function mapBetas(betas: readonly string[], names: BetaNames): readonly string[] {
  return betas.length === 0 ? NO_BETAS : [...new Set(betas.flatMap((beta) => names[beta] ?? []))].toSorted();
}

const COMPUTER_BETAS: Readonly<Record<string, string>> = {
  computer_20250124: 'computer-use-2025-01-24',
  computer_20241022: 'computer-use-2024-10-22',
};

const PROGRAMMATIC_CALLER = 'code_execution_20250825';

/** How a provider of Anthropic's API treats betas. */
interface BetaHost {
  /** Those that it knows; default: Anthropic's own. */
  readonly names?: BetaNames | undefined;
  /** Those that a body does not require there; default: none. */
  readonly unasked?: readonly string[] | undefined;
}

/**
 * Betas for a body made from a chat request.
 *
 * in:     the provider's body; the chat request; values of `anthropic-beta` headers that came with the call; what differs at a provider other
 *         than Anthropic.
 * out:    sorted known names, without duplicates.
 * source: LiteLLM 1.106.2, llms/anthropic/common_utils.py `get_anthropic_headers` and chat/transformation.py
 *         `update_headers_with_optional_anthropic_beta`, read 2026-11-23.
 */
export function listChatBetas(
  body: JsonObject,
  chat: JsonObject,
  facts: ModelFacts | undefined,
  given: readonly string[],
  { names = KNOWN_BETAS, unasked = NO_BETAS }: BetaHost = {},
): readonly string[] {
  const output = body['output_config'];
  const betas: string[] = [];
  addShared(betas, body);
  if (isArray(body['tools'])) addForTools(betas, body);
  addForMessages(betas, chat['messages']);
  if (isArray(body['mcp_servers']) && body['mcp_servers'].length > 0) betas.push('mcp-client-2025-04-04');
  if (!thinksAdaptively(facts) && isObject(output) && typeof output['effort'] === 'string' && output['effort'] !== '')
    betas.push('effort-2025-11-24');
  if (hasSkills(body['container'])) betas.push('skills-2025-10-02');
  if (given.length === 0 && betas.length === 0) return NO_BETAS;
  return mapBetas([...given, ...betas.filter((beta) => !unasked.includes(beta))], names);
}

function addForMessages(betas: string[], messages: JsonValue | undefined): void {
  if (!isArray(messages)) return;
  for (const message of messages) {
    if (!isObject(message)) continue;
    if (namesFile(message)) betas.push('files-api-2025-04-14', 'code-execution-2025-05-22');
    if (message['output_config'] !== undefined) betas.push('mid-conversation-output-config-2026-07-01');
    if (changesTools(message)) betas.push('mid-conversation-tool-changes-2026-07-01');
  }
}

function addForTools(betas: string[], body: JsonObject): void {
  const types = toolTypes(body);
  betas.push(...computerBetas(body));
  if (needsAdvancedTools(body)) betas.push('advanced-tool-use-2025-11-20');
  if (types.includes(PROGRAMMATIC_CALLER)) betas.push('code-execution-2025-08-25');
  if (types.some((type) => type.startsWith('web_fetch'))) betas.push('web-fetch-2025-09-10');
  if (types.some((type) => type.startsWith('memory'))) betas.push('context-management-2025-06-27');
}

/** The betas that a body's `context_management` needs. */
export function contextBetas(body: JsonObject): readonly string[] {
  if (body['context_management'] === undefined) return NO_BETAS;
  const edits = editsOf(body['context_management']);
  return [
    ...when('compact-2026-01-12', edits.some(isCompaction)),
    ...when(
      'context-management-2025-06-27',
      edits.some((edit) => !isCompaction(edit)),
    ),
  ];
}

/** The betas that a body's computer-use tool needs. */
export function computerBetas(body: JsonObject): readonly string[] {
  const computer = toolTypes(body).find((type) => type.startsWith('computer_'));
  return computer === undefined ? [] : [COMPUTER_BETAS[computer] ?? 'computer-use-2024-10-22'];
}

/** Whether a body's tools may be called from code, or come with examples. */
export function needsAdvancedTools(body: JsonObject): boolean {
  return toolsOf(body).some((tool) => isCalledByCode(tool) || hasExamples(tool));
}

/** Whether the client asked to see updates of the thinking. */
export function showsUpdates(thinking: JsonValue | undefined): boolean {
  if (!isObject(thinking) || thinking['display'] !== 'updates') return false;
  return thinking['type'] === 'adaptive' || thinking['type'] === 'enabled';
}

/** Whether a body has a tool-search tool. */
export function searchesTools(body: JsonObject): boolean {
  return toolTypes(body).some((type) => TOOL_SEARCH_TYPES.has(type));
}

/**
 * Betas for a body that a client wrote in the provider's own dialect: the client's, and those the body needs.
 *
 * source: as above, pass_through/messages/transformation.py `_update_headers_with_anthropic_beta`.
 */
export function listMessagesBetas(body: JsonObject, given: readonly string[]): readonly string[] {
  const messages = isArray(body['messages']) ? body['messages'] : NO_MESSAGES;
  const betas = [...given];
  addShared(betas, body);
  if (isSet(body['safeguards'])) betas.push('dangerous-tool-use-2026-09-03');
  if (messages.some(setsOutput)) betas.push('per-turn-control-2026-07-01');
  if (messages.some((message) => isObject(message) && changesTools(message))) betas.push('mid-conversation-tool-changes-2026-07-01');
  return betas.length === 0 ? NO_BETAS : [...new Set(betas)].toSorted();
}

const NO_MESSAGES: JsonArray = [];

function setsOutput(message: JsonValue): boolean {
  return isObject(message) && message['output_config'] !== undefined;
}

/** The names in an `anthropic-beta` header. */
export function splitBetas(header: string | undefined): readonly string[] {
  if (header === undefined) return NO_BETAS;
  return header.split(',').flatMap((beta) => (beta.trim() === '' ? [] : [beta.trim()]));
}

function addShared(betas: string[], body: JsonObject): void {
  const { output_config: output } = body;
  if (isSet(body['compaction']) || replaysCompaction(body['messages'])) betas.push('compact-2026-09-04');
  betas.push(...contextBetas(body));
  if (isSet(body['output_format']) || (isObject(output) && isSet(output['format']))) betas.push('structured-outputs-2025-11-13');
  if (body['speed'] === 'fast') betas.push('fast-mode-2026-02-01');
  if (isArray(body['tools'])) {
    if (toolTypes(body).includes(ADVISOR_TYPE)) betas.push('advisor-tool-2026-03-01');
    if (searchesTools(body)) betas.push('advanced-tool-use-2025-11-20');
  }
  if (showsUpdates(body['thinking'])) betas.push('thinking-display-updates-2026-08-18');
}

function replaysCompaction(messages: JsonValue | undefined): boolean {
  if (!isArray(messages)) return false;
  return messages.some((message) => isObject(message) && isArray(message['content']) && message['content'].some(isSignedCompaction));
}

function isSignedCompaction(block: JsonValue): boolean {
  return isObject(block) && block['type'] === 'compaction' && typeof block['signature'] === 'string' && block['signature'] !== '';
}

function when(beta: string, holds: boolean): readonly string[] {
  return holds ? [beta] : [];
}

function editsOf(management: JsonValue | undefined): readonly JsonObject[] {
  const edits = isObject(management) ? management['edits'] : management;
  return isArray(edits) ? edits.filter(isObject) : [];
}

function isCompaction(edit: JsonObject): boolean {
  return edit['type'] === 'compact_20260112' || edit['type'] === 'compaction';
}

function toolsOf(body: JsonObject): readonly JsonObject[] {
  return isArray(body['tools']) ? body['tools'].filter(isObject) : [];
}

function toolTypes(body: JsonObject): readonly string[] {
  return isArray(body['tools']) ? toolsOf(body).flatMap((tool) => readString(tool, 'type') ?? []) : NO_BETAS;
}

function isCalledByCode(tool: JsonObject): boolean {
  return isArray(tool['allowed_callers']) && tool['allowed_callers'].includes(PROGRAMMATIC_CALLER);
}

function hasExamples(tool: JsonObject): boolean {
  return isArray(tool['input_examples']) && tool['input_examples'].length > 0;
}

function hasSkills(container: JsonValue | undefined): boolean {
  return isObject(container) && isArray(container['skills']) && container['skills'].length > 0;
}

function namesFile({ content }: JsonObject): boolean {
  return (
    isArray(content) && blocksOf(content).some((part) => part.type === 'file' && isObject(part['file']) && isSet(part['file']['file_id']))
  );
}

/** Whether a message adds tools to the conversation or removes some. */
export function changesTools(message: JsonObject): boolean {
  if (message['role'] !== 'system') return false;
  return blocksOf(message['content']).some(
    ({ type, tool }) => (type === 'tool_addition' || type === 'tool_removal') && isObject(tool) && tool['type'] === 'tool_reference',
  );
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

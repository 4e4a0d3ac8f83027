import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { pythonStr } from '../../json/python-repr.ts';
import { childId } from '../../text/child-id.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The function that replaces `file_search` for models that do not have it. */
const SEARCH_FUNCTION = 'litellm_file_search';

const ABOUT_SEARCH =
  'Search the knowledge base for information relevant to the query. Use this whenever you need to look up specific facts, documents, ' +
  'or content from the vector store. You can provide multiple queries to search for different aspects of the information.';

const ABOUT_QUERIES =
  'One or more search queries to look up in the vector store. Multiple queries help find comprehensive information from different angles.';

/** Whether a call offers `file_search`. */
export function offersFileSearch(tools: JsonValue | undefined): boolean {
  return objectsIn(tools).some(isFileSearch);
}

/** Declines a stream with `file_search`, at which the reference fails; undefined for other calls. */
export function refuseSearchStream(
  tools: JsonValue | undefined,
  { stream, provider }: Plan,
): (Outcome<never> & { readonly ok: false }) | undefined {
  if (!stream || !offersFileSearch(tools)) return undefined;
  return fail({ kind: 'declined', path: 'tools', reason: `a search in files is not streamed in front of ${provider.id}` });
}

/**
 * The tools of a responses call with all `file_search` tools replaced by one function at the end.
 *
 * source: LiteLLM 1.106.2, responses/file_search/emulated_handler.py, read 2026-11-29.
 */
export function withSearchFunction(tools: readonly JsonObject[]): readonly JsonObject[] {
  const searches = tools.filter(isFileSearch);
  if (searches.length === 0) return tools;
  const stores = [...new Set(searches.flatMap(({ vector_store_ids: ids }) => (Array.isArray(ids) ? (ids as readonly JsonValue[]) : [])))];
  const others = tools.filter((tool) => !isFileSearch(tool));
  return stores.length === 0 ? others : [...others, toSearchFunction(stores)];
}

/**
 * The answer to a call that offered `file_search`, as the reference shows it: the search first, then the content.
 *
 * in:  the answer as it is otherwise, and the client's request.
 * out: a search that the model asked for has status `failed`, since the gateway has no vector stores; calls of other functions stay.
 */
export function showFileSearch(response: JsonObject, request: JsonObject, callId: string): JsonObject {
  const output = objectsIn(response['output']);
  const asked = output.filter(isSearchCall);
  const search: JsonObject = {
    type: 'file_search_call',
    id: childId('fs_', callId),
    status: asked.length === 0 ? 'completed' : 'failed',
    queries: asked.length === 0 ? [inputAsText(request)] : asked.flatMap(({ arguments: args }) => readQueries(args, request)),
  };
  const message: JsonObject = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: firstText(output), annotations: [] }],
  };
  const { id, object, created_at: createdAt, model, usage } = response;
  const calls = output.filter((item) => String(item['type']).endsWith('_call') && !isSearchCall(item));
  return {
    id: id ?? null,
    object: object ?? null,
    created_at: createdAt ?? null,
    status: 'completed',
    model: model ?? null,
    output: [search, message, ...calls],
    usage: usage ?? null,
  };
}

function isFileSearch({ type }: JsonObject): boolean {
  return type === 'file_search';
}

function isSearchCall({ type, name }: JsonObject): boolean {
  return type === 'function_call' && name === SEARCH_FUNCTION;
}

function toSearchFunction(stores: readonly JsonValue[]): JsonObject {
  const queries = { type: 'array', items: { type: 'string' }, description: ABOUT_QUERIES };
  const store = { type: 'string', description: 'ID of the vector store to search.', enum: stores };
  return {
    type: 'function',
    name: SEARCH_FUNCTION,
    description: ABOUT_SEARCH,
    parameters: { type: 'object', properties: { queries, vector_store_id: store }, required: ['queries'] },
  };
}

function firstText(output: readonly JsonObject[]): string {
  const said = output.filter(({ type }) => type === 'message').flatMap(({ content }) => objectsIn(content));
  const text = said.find(({ type }) => type === 'output_text')?.['text'];
  return typeof text === 'string' ? text : '';
}

/** The queries of a model's call, by either of the names that models use; without any, the user's own input. */
function readQueries(args: JsonValue | undefined, request: JsonObject): readonly JsonValue[] {
  const { queries, query } = parseArguments(args);
  if (Array.isArray(queries) && queries.length > 0) return queries;
  const one = [queries, query].find((given) => typeof given === 'string' && given !== '');
  return [one ?? inputAsText(request)];
}

function parseArguments(args: JsonValue | undefined): JsonObject {
  const parsed = typeof args === 'string' ? parseJson(args) : undefined;
  return isObject(parsed) ? parsed : {};
}

function inputAsText({ input }: JsonObject): string {
  return pythonStr(JSON.stringify(input ?? null));
}

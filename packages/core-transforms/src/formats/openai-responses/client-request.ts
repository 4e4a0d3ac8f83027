import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { isSaid, objectsIn } from '../openai-chat/types.ts';
import { refuseSearchStream, withSearchFunction } from './client-file-search.ts';
import { toChatMessages } from './client-messages.ts';
import { toChatToolChoice, toChatTools } from './client-tools.ts';
import { refuseInput } from './refuse-input.ts';
import { withoutMarks } from './reasoning-marks.ts';
import { readResponseId } from './response-id.ts';

/** Members that chat has under another name, or that only this API knows; all others are passed on unchanged. */
const TRANSLATED: ReadonlySet<string> = new Set(
  `input include instructions max_output_tokens prompt parallel_tool_calls previous_response_id reasoning reasoning_effort
   store background stream stream_options text text_format tool_choice tools truncation service_tier client_metadata`.split(/\s+/u),
);

/**
 * A responses call → a chat request.
 *
 * errors: `bad-request` for a previous response that the gateway did not issue; `declined` for one that it did, because a provider called
 *         through chat stores no conversations, and for a stream with `file_search`, at which the reference fails.
 * source: LiteLLM 1.106.2, responses/litellm_completion_transformation/transformation.py, read 2026-11-23.
 */
export function toChatRequest(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const { previous_response_id: previous, metadata } = body;
  if (typeof previous === 'string' && previous !== '') return refusePrevious(previous, plan);
  const refused = refuseInput(body['input']);
  if (refused !== undefined) return refused;
  const unstreamed = refuseSearchStream(body['tools'], plan);
  if (unstreamed !== undefined) return unstreamed;
  const { items, tools } = hoistTools(withoutMarks(body['input'], plan.reasoning), body['tools']);
  const chatTools = toChatTools(withSearchFunction(tools));
  const hasTools = chatTools.tools.length > 0;
  const passed = Object.entries(body).filter(([name, value]) => !TRANSLATED.has(name) && value !== null && value !== undefined);
  const format = toResponseFormat(body['text']);
  const effort = toEffort(body['reasoning'], body['reasoning_effort']);
  const search = supportedParams(plan).has('web_search_options') ? chatTools.webSearchOptions : undefined;
  const request: JsonObject = {
    ...Object.fromEntries(passed),
    // No model sees it; a provider may use it to break down its bills.
    ...(isObject(metadata) && Object.keys(metadata).length > 0 && { metadata }),
    messages: toChatMessages(items, body['instructions']),
    ...(isSaid(body['max_output_tokens']) && { max_tokens: body['max_output_tokens'] }),
    ...(hasTools && { tools: chatTools.tools, tool_choice: toChatToolChoice(body['tool_choice']) }),
    ...(hasTools && isSaid(body['parallel_tool_calls']) && { parallel_tool_calls: body['parallel_tool_calls'] }),
    ...(search !== undefined && { web_search_options: search }),
    ...(format !== undefined && { response_format: format }),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...(body['stream'] === true && { stream: true, stream_options: { include_usage: true } }),
  };
  return ok(Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)));
}

function refusePrevious(previous: string, plan: Plan): Outcome<JsonObject> {
  const path = 'previous_response_id';
  if (readResponseId(previous, plan) === undefined) {
    return fail({ kind: 'bad-request', path, message: `Previous response with id '${previous}' not found.` });
  }
  return fail({ kind: 'declined', path, reason: `conversations with ${plan.provider.id} are not kept here: send the whole input` });
}

/** Takes tools out of the input, where some clients put them. */
function hoistTools(
  input: JsonValue | undefined,
  given: JsonValue | undefined,
): { readonly items: JsonValue | undefined; readonly tools: readonly JsonObject[] } {
  if (!Array.isArray(input)) return { items: input, tools: objectsIn(given) };
  const all: readonly JsonValue[] = input;
  const holders = objectsIn(input).filter((item) => item['type'] === 'additional_tools');
  const items = holders.length === 0 ? input : all.filter((item) => !isObject(item) || item['type'] !== 'additional_tools');
  return { items, tools: [...objectsIn(given), ...holders.flatMap((item) => objectsIn(item['tools']))] };
}

function toEffort(reasoning: JsonValue | undefined, effort: JsonValue | undefined): JsonValue | undefined {
  if (isObject(reasoning)) return reasoning['effort'] ?? undefined;
  return (typeof reasoning === 'string' && reasoning !== '' ? reasoning : effort) ?? undefined;
}

function toResponseFormat(text: JsonValue | undefined): JsonObject | undefined {
  const format = isObject(text) ? text['format'] : undefined;
  if (!isObject(format)) return undefined;
  if (format['type'] === 'json_object') return { type: 'json_object' };
  if (format['type'] !== 'json_schema') return undefined;
  const { name = 'response_schema', schema = {}, strict = false } = format;
  return { type: 'json_schema', json_schema: { name, schema, strict } };
}

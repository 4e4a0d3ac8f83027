import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Ambient } from '../../contract/ambient.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import {
  readCallFields,
  readToolNames,
  searchCalls,
  toCallItem,
  toIncompleteDetails,
  toMessageItems,
  toReasoningItem,
  toStatus,
  type ToolNames,
  withCallFields,
} from './client-output.ts';
import { offersFileSearch, showFileSearch } from './client-file-search.ts';
import { echoedParams, toShownToolChoice } from './client-echo.ts';
import { toResponsesUsage } from './client-usage.ts';
import { showResponseId } from './response-id.ts';
import { childId } from '../../text/child-id.ts';

/** A whole answer, before it gets its id and model. */
export interface ResponseParts {
  readonly id: string;
  readonly createdAt: JsonValue;
  readonly model: JsonValue;
  readonly output: readonly JsonObject[];
  readonly finishReason: JsonValue | undefined;
  readonly usage: JsonValue | undefined;
  /** The provider's own members beside it. */
  readonly fields: JsonObject | undefined;
}

/**
 * A chat completion → a response.
 *
 * in:     the completion, and the client's request, whose parameters an answer repeats.
 * out:    reasoning, then content, then tool calls; the status is that of the first choice.
 * source: LiteLLM 1.106.2, `transform_chat_completion_response_to_responses_api_response`, read 2026-11-23.
 */
export function toResponse(chat: JsonObject, plan: Plan, ambient: Ambient, request: JsonObject): Outcome<JsonObject> {
  const choices = objectsIn(chat['choices']);
  const [first = {}] = choices;
  const fields = isObject(first['message']) ? first['message']['provider_specific_fields'] : undefined;
  const id = typeof chat['id'] === 'string' ? chat['id'] : ambient.callId;
  const response = assembleResponse(
    {
      id: showResponseId(id, plan),
      createdAt: chat['created'] ?? ambient.nowSeconds,
      model: plan.answerModel ?? chat['model'] ?? plan.model,
      output: toOutput(choices, ambient.callId, readToolNames(request)),
      finishReason: first['finish_reason'],
      usage: chat['usage'],
      fields: toFields(chat['provider_specific_fields'], fields),
    },
    request,
  );
  return ok(offersFileSearch(request['tools']) ? showFileSearch(response, request, ambient.callId) : response);
}

/** The provider's own members of a call, with those of the message from formats that collect citations there. */
function toFields(ofCall: JsonValue | undefined, ofMessage: JsonValue | undefined): JsonObject | undefined {
  const said = isObject(ofMessage) && Object.hasOwn(ofMessage, 'citations') ? ofMessage : undefined;
  return isObject(ofCall) ? { ...said, ...ofCall } : said;
}

/** A response as an object, with the request's parameters that it repeats, unless they are malformed. */
export function assembleResponse(parts: ResponseParts, request: JsonObject): JsonObject {
  const echoed = echoedParams(request);
  const incomplete = toIncompleteDetails(parts.finishReason);
  return {
    id: parts.id,
    object: 'response',
    created_at: parts.createdAt,
    status: toStatus(parts.finishReason),
    model: parts.model,
    output: parts.output,
    ...(incomplete !== undefined && { incomplete_details: incomplete }),
    ...echoed,
    metadata: echoed['metadata'] ?? {},
    parallel_tool_calls: echoed['parallel_tool_calls'] ?? false,
    text: echoed['text'] ?? {},
    tool_choice: toShownToolChoice(request['tool_choice']),
    tools: echoed['tools'] ?? [],
    usage: toResponsesUsage(parts.usage),
    ...(parts.fields !== undefined && { provider_specific_fields: parts.fields }),
  };
}

function toOutput(choices: readonly JsonObject[], callId: string, names: ToolNames): readonly JsonObject[] {
  const spoken = choices.map((choice) => ({
    message: isObject(choice['message']) ? choice['message'] : {},
    finishReason: choice['finish_reason'],
  }));
  const reasoning = spoken.map(({ message, finishReason }) => toReasoningItem(childId('rs_', callId), message, finishReason));
  const said = spoken.flatMap(({ message, finishReason }, index) =>
    toMessageItems(index === 0 ? callId : `${callId}-${index}`, message, finishReason),
  );
  const calls = spoken.flatMap(({ message }) => toCallItems(message, names));
  return [...reasoning.filter((item) => item !== undefined).slice(0, 1), ...said, ...calls];
}

function toCallItems(message: JsonObject, names: ToolNames): readonly JsonObject[] {
  const { provider_specific_fields: fields } = message;
  const searches = searchCalls(fields);
  const code = new Map(objectsIn(isObject(fields) ? fields['code_interpreter_results'] : undefined).map((item) => [item['id'], item]));
  return objectsIn(message['tool_calls']).flatMap((call) => {
    const definition = call['function'];
    if (!isObject(definition)) return [];
    const { id } = call;
    const callId = typeof id === 'string' ? id : '';
    const ran = searches.get(callId) ?? code.get(callId);
    if (ran !== undefined) return [ran];
    const { name, arguments: args } = definition;
    const item = toCallItem(callId, typeof name === 'string' ? name : '', typeof args === 'string' ? args : '', 'completed', names);
    return [withCallFields(item, readCallFields(call))];
  });
}

import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { usageWithSearches } from './convert-usage.ts';
import { toEndpoint } from './endpoint.ts';
import { toMessagesAnswer } from './messages-response.ts';
import { toResponsesRequest } from './messages-request.ts';
import { messagesStream } from './messages-stream.ts';
import { readResponse, toResponsesError } from './native.ts';
import { toProviderBody } from './native-request.ts';

/**
 * The transform from a messages client to a provider of the responses API, without the detour through chat, so that reasoning keeps its
 * form.
 */
export const messagesThroughResponses: CallTransform = {
  request: (call, plan) => {
    const asked = toResponsesRequest(call.body.value, plan);
    if (!asked.ok) return asked;
    const body = toProviderBody(asked.value, plan);
    if (!body.ok) return body;
    return ok(toProviderRequest(toEndpoint(plan), JSON.stringify(body.value), plan), [...asked.notes, ...body.notes]);
  },
  response: (answer, _call, plan) => {
    const read = readResponse(answer.body, plan);
    if (!read.ok) return read;
    const response = read.value.value;
    const body = JSON.stringify(toMessagesAnswer(response, plan));
    const usage = usageWithSearches(response);
    return ok(usage === undefined ? { body } : { body, usage });
  },
  stream: (_call, plan) => messagesStream(plan),
  error: toResponsesError,
  namesModel: 'always',
};

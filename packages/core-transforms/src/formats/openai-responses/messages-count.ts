import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok } from '../../contract/outcome.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { providerModel } from '../../providers/address.ts';
import { toCountBody } from '../anthropic-count-tokens/count-request.ts';
import { countTokensNative } from '../anthropic-count-tokens/count-tokens.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toEndpoint } from './endpoint.ts';
import { toResponsesRequest } from './messages-request.ts';

/** The members of a call that are counted. */
const COUNTED = ['input', 'instructions', 'tools', 'text'];

/**
 * Token counts from a provider of the responses API, for the call into which the messages would be converted. A conversation with nothing
 * to send is counted locally.
 *
 * source: LiteLLM 1.106.2, llms/openai/responses/count_tokens, read 2026-11-26.
 */
export const countThroughResponses: CallTransform = {
  ...countTokensNative,
  request: (call, plan) => {
    const checked = toCountBody(call.body, plan);
    if (!checked.ok) return checked;
    const asked = toResponsesRequest(call.body.value, plan);
    if (!asked.ok) return asked;
    if (objectsIn(asked.value['input']).length === 0)
      return fail({ kind: 'declined', path: 'messages', reason: 'nothing to count but the system' });
    const counted = COUNTED.flatMap((name) => (asked.value[name] === undefined ? [] : [[name, asked.value[name]] as const]));
    const body: JsonObject = { model: providerModel(plan), ...Object.fromEntries(counted) };
    return ok(toProviderRequest(toEndpoint(plan, '/input_tokens'), JSON.stringify(body), plan));
  },
};

import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { AuthPlacement, ClientAnswer, ClientCall, ProviderRequest } from '../../contract/wire.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { parseRawObject } from '../../json/raw-object.ts';
import { messagesUrl } from '../anthropic-messages/endpoint.ts';
import { localCount } from './local-count.ts';
import { toCountBody } from './count-request.ts';

const HEADERS = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'token-counting-2024-11-01' };

/** How a provider is asked for a count, and how its answer is read. */
export interface CountHost {
  readonly request: (call: ClientCall, plan: Plan) => Outcome<ProviderRequest>;
  /** The client's answer from the provider's; undefined if the provider's holds no count. */
  readonly read: (answer: JsonObject, plan: Plan) => JsonObject | undefined;
}

/**
 * Token counts from a provider. When it refuses or fails, the count is made here: clients ask before every prompt, and a rough
 * answer serves them better than none.
 */
export function countTokensAt({ request, read }: CountHost): CallTransform {
  return {
    request,
    response: (answer, call, plan) => {
      const given = parseRawObject(answer.body)?.value;
      const counted = given === undefined ? undefined : read(given, plan);
      return ok({ body: JSON.stringify(counted ?? localCount(call.body.value)) });
    },
    stream: () => {
      throw new Error('a count is never a stream');
    },
    error: ({ status, body }, plan) => ({ kind: 'upstream-refused', provider: plan.provider.id, status, message: body, reason: 'other' }),
    recover: countHere,
  };
}

/**
 * Token counts from a provider that speaks Anthropic's dialect.
 *
 * source: docs.claude.com/en/api/messages-count-tokens, 2026-11-23; LiteLLM 1.106.2, llms/anthropic/count_tokens.
 */
export const countTokensNative: CallTransform = countTokensAt({
  request: (call, plan) => {
    const body = toCountBody(call.body, plan);
    if (!body.ok) return body;
    return ok(toProviderRequest({ url: toCountUrl(plan), headers: HEADERS, auth: toAuth(plan) }, body.value, plan));
  },
  read: ({ input_tokens: count }) => (typeof count === 'number' ? { input_tokens: count, litellm_count_source: 'provider' } : undefined),
});

/** Token counts for every provider without a way to count: made here, nothing is sent. */
export const countTokensLocal: CallTransform = {
  ...countTokensNative,
  request: () => fail({ kind: 'declined', path: '', reason: 'the count is made here' }),
  local: countHere,
};

/** A local count, which refuses what every provider would refuse. */
function countHere(call: ClientCall, plan: Plan): Outcome<ClientAnswer> {
  const checked = toCountBody(call.body, plan);
  return checked.ok ? ok({ body: JSON.stringify(localCount(call.body.value)) }) : checked;
}

/** A base URL may end in `/v1`, or in the whole path of the messages API. */
function toCountUrl(plan: Plan): string {
  if (plan.provider.messages !== undefined) return `${messagesUrl(plan)}/count_tokens`;
  const base = (plan.apiBase ?? plan.provider.baseUrl ?? '').replace(/(?:\/v1(?:\/messages)?)?\/*$/u, '');
  return `${base}/v1/messages/count_tokens`;
}

function toAuth({ provider }: Plan): AuthPlacement {
  return provider.messages?.chatAuth ?? provider.messages?.auth ?? provider.auth;
}

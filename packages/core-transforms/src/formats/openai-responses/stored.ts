import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { editMembers } from '../../json/edit-members.ts';
import { parseRawObject, type TextObject } from '../../json/raw-object.ts';
import { isArray } from '../anthropic-messages/types.ts';
import { toEndpoint } from './endpoint.ts';
import { readResponse, showMembers, toResponsesError } from './native.ts';
import { readResponseId } from './response-id.ts';

/** The actions on a response that a provider stores. */
export type StoredAction = 'get' | 'delete' | 'input_items' | 'cancel';

/** Each action's method, and its path below the response's URL. */
const ACTIONS: Readonly<Record<StoredAction, { readonly method: ProviderRequest['method']; readonly below: string }>> = {
  get: { method: 'GET', below: '' },
  delete: { method: 'DELETE', below: '' },
  input_items: { method: 'GET', below: '/input_items' },
  cancel: { method: 'POST', below: '/cancel' },
};

/** The query of a list of items. */
const LIST_QUERY = ['limit', 'order', 'after', 'before', 'include'] as const;
const LIST_DEFAULTS: JsonObject = { limit: '20', order: 'desc' };

/**
 * Shows, deletes or cancels a response that a provider stores, or lists its input. The call's "body" holds what was in its path and query:
 * `action`, the client's `response_id`, and the query of a list.
 *
 * errors: `bad-request` for an id that the gateway did not issue; those of the native crossing.
 * source: LiteLLM 1.106.2, llms/openai/responses/transformation.py `transform_get_response_api_request` and its neighbours,
 *         recorded 2026-11-28.
 */
export const storedResponses: CallTransform = {
  request: ({ body: { value } }, plan) => {
    const action = actionOf(value);
    const shownId = String(value['response_id']);
    const id = readResponseId(shownId, plan);
    if (id === undefined) return fail(unknownResponse(shownId));
    return ok(toStoredRequest(action, id, value, plan));
  },
  response: (answer, { body: { value } }, plan) => {
    const action = actionOf(value);
    const read = action === 'get' || action === 'cancel' ? readResponse(answer.body, plan) : readObject(answer.body, plan);
    if (!read.ok) return read;
    return ok({ body: action === 'input_items' ? answer.body : editMembers(read.value, showMembers(read.value.value, plan)) });
  },
  stream: () => {
    throw new Error('what is stored is never streamed');
  },
  error: toResponsesError,
};

/** The error for an unknown id. */
export function unknownResponse(id: string): { readonly kind: 'bad-request'; readonly path: string; readonly message: string } {
  return { kind: 'bad-request', path: 'response_id', message: `Response with id '${id}' not found.` };
}

function actionOf(value: JsonObject): StoredAction {
  const { action } = value;
  return action === 'delete' || action === 'input_items' || action === 'cancel' ? action : 'get';
}

function toStoredRequest(action: StoredAction, id: string, value: JsonObject, plan: Plan): ProviderRequest {
  const { method, below } = ACTIONS[action];
  const { url, headers, auth } = toEndpoint(plan, `/${encodeURIComponent(id)}${below}`);
  const isList = action === 'input_items';
  const sends = action === 'cancel';
  return {
    method,
    url: isList ? withQuery(url, { ...LIST_DEFAULTS, ...value }) : url,
    headers: { ...(sends && { 'content-type': 'application/json' }), ...headers, ...plan.settings.extraHeaders },
    auth,
    body: sends ? '{}' : '',
  };
}

function withQuery(url: string, value: JsonObject): string {
  const said = LIST_QUERY.flatMap((name) => {
    const words = value[name];
    return (isArray(words) ? words : [words]).flatMap((word) => (typeof word === 'string' ? [`${name}=${encodeURIComponent(word)}`] : []));
  });
  return `${url}${url.includes('?') ? '&' : '?'}${said.join('&')}`;
}

function readObject(text: string, plan: Plan): Outcome<TextObject> {
  const raw = parseRawObject(text);
  return raw === undefined ? fail({ kind: 'bad-upstream', provider: plan.provider.id, message: 'the answer is no JSON object' }) : ok(raw);
}

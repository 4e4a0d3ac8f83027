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

/** What can be done with a response that a provider keeps. */
export type StoredAction = 'get' | 'delete' | 'input_items' | 'cancel';

/** Of each action: the method, and what follows the response's own address. */
const ACTIONS: Readonly<Record<StoredAction, { readonly method: ProviderRequest['method']; readonly below: string }>> = {
  get: { method: 'GET', below: '' },
  delete: { method: 'DELETE', below: '' },
  input_items: { method: 'GET', below: '/input_items' },
  cancel: { method: 'POST', below: '/cancel' },
};

/** How a list of items is read, and what the reference asks for where the client says nothing. */
const LIST_QUERY = ['limit', 'order', 'after', 'before', 'include'] as const;
const LIST_DEFAULTS: JsonObject = { limit: '20', order: 'desc' };

/**
 * A response that a provider keeps: shown, deleted, its input listed, stopped. The call's "body" says what its path and query
 * did: `action`, `response_id` as the client knows it, and how a list is read.
 *
 * errors: `bad-request` for an id that was not given out here; those of the native crossing.
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

/** What a client is told of an id that leads nowhere. */
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

import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from '../openai-chat/types.ts';
import { toErrorInAnswer } from '../openai-chat/error.ts';

const STATUSES: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  authentication_error: 401,
  invalid_api_key: 401,
  permission_error: 403,
  not_found_error: 404,
  invalid_request_error: 400,
  invalid_prompt: 400,
};

/**
 * The error that an event reports; undefined for any other event.
 *
 * in: an `error` event, a failed response, or an error object in place of an event.
 */
export function readEventError(event: JsonObject, plan: Plan): TransformError | undefined {
  const { type, response } = event;
  if (type === 'response.failed') return toError(isObject(response) ? response['error'] : undefined, plan);
  if (type === 'error') return toError(isObject(event['error']) ? event['error'] : event, plan);
  return type === undefined && isSaid(event['error']) ? toErrorInAnswer(event, plan) : undefined;
}

function toError(given: JsonObject[string], plan: Plan): TransformError {
  const { message, code, type } = isObject(given) ? given : {};
  const names = [code, type].filter((name) => typeof name === 'string');
  const status =
    typeof code === 'number' && code >= 400 && code < 600 ? code : names.map((name) => STATUSES[name]).find((found) => found !== undefined);
  const words = typeof message === 'string' && message !== '' ? message : 'the response failed';
  return { kind: 'upstream-refused', provider: plan.provider.id, status: status ?? 500, message: words, reason: 'other' };
}

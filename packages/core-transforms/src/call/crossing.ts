import type { CallTransform } from '../contract/call-transform.ts';
import type { ClientDialect } from '../contract/client-dialect.ts';
import type { JsonObject } from '../contract/json.ts';
import { ok } from '../contract/outcome.ts';
import type { ProviderFormat } from '../contract/provider-format.ts';
import { toObject } from '../json/raw-object.ts';
import { pipe } from '../stream/pipe.ts';
import { toProviderRequest } from './provider-request.ts';

/** A client dialect in front of a provider format, joined at the hub: chat request in, chat completion (or chunks) back. */
export function crossThroughHub(dialect: ClientDialect, format: ProviderFormat): CallTransform {
  return {
    request: (call, plan, ambient) => {
      const chat = dialect.request(call.body, plan, ambient);
      if (!chat.ok) return chat;
      const body = format.request(chat.value, plan, ambient);
      if (!body.ok) return body;
      const endpoint = format.endpoint(plan, body.value, call.headers);
      return ok(toProviderRequest(endpoint, JSON.stringify(body.value), plan), [...chat.notes, ...body.notes]);
    },
    response: (answer, _call, plan, ambient) => {
      const chat = format.response(answer, plan, ambient);
      if (!chat.ok) return chat;
      const shown = dialect.response(chat.value, plan, ambient);
      if (!shown.ok) return shown;
      const usage = chat.value['usage'];
      const body = JSON.stringify(shown.value);
      return ok(isObject(usage) ? { body, usage } : { body }, [...chat.notes, ...shown.notes]);
    },
    stream: (call, plan) => pipe(format.stream(plan), dialect.stream(plan, toObject(call.body))),
    error: (answer, plan) => format.error(answer, plan),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Ambient } from '../contract/ambient.ts';
import type { CallTransform } from '../contract/call-transform.ts';
import type { ClientDialect } from '../contract/client-dialect.ts';
import type { JsonObject } from '../contract/json.ts';
import { ok, type Note } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';
import type { ProviderFormat } from '../contract/provider-format.ts';
import type { ClientCall } from '../contract/wire.ts';
import { isObject } from '../json/is-object.ts';
import { pipe } from '../stream/pipe.ts';
import { spliceAlike } from '../stream/splice-alike.ts';
import { toProviderRequest } from './provider-request.ts';

/** For a request that is made again only to be read: nobody sees the ids in it. */
const NO_AMBIENT: Ambient = { nowSeconds: 0, callId: '' };

/** Joins a client dialect and a provider format at the hub: chat request in, chat completion (or chunks) back. */
export function crossThroughHub(dialect: ClientDialect, format: ProviderFormat): CallTransform {
  const readChat = (call: ClientCall, plan: Plan, ambient: Ambient): JsonObject => {
    if (call.memory?.chat !== undefined) return call.memory.chat;
    const chat = dialect.request(call.body, plan, ambient);
    return chat.ok ? chat.value : {};
  };
  return {
    request: (call, plan, ambient) => {
      const chat = dialect.request(call.body, plan, ambient);
      if (!chat.ok) return chat;
      if (call.memory !== undefined) call.memory.chat = chat.value;
      const body = format.request(chat.value, plan, ambient, call.headers);
      if (!body.ok) return body;
      const endpoint = format.endpoint(plan, body.value, call.headers, chat.value);
      return ok(toProviderRequest(endpoint, JSON.stringify(body.value), plan), joinNotes(chat.notes, body.notes));
    },
    response: (answer, call, plan, ambient) => {
      const chat = format.response(answer, plan, ambient, readChat(call, plan, ambient));
      if (!chat.ok) return chat;
      const shown = dialect.response(chat.value, plan, ambient, call.body.value);
      if (!shown.ok) return shown;
      const usage = chat.value['usage'];
      const body = JSON.stringify(shown.value);
      return ok(isObject(usage) ? { body, usage } : { body }, joinNotes(chat.notes, shown.notes));
    },
    stream: (call, plan) => {
      const chat = readChat(call, plan, NO_AMBIENT);
      const shown = dialect.stream(plan, call.body.value);
      const events = format.events?.(plan, chat);
      return events === undefined ? pipe(format.stream(plan, chat), shown) : pipe(events.frames, spliceAlike(pipe(events.chunks, shown)));
    },
    decode: (call, plan) => format.decode?.(plan, readChat(call, plan, NO_AMBIENT)),
    error: dialect.error ?? format.error,
    ...(dialect.dropsTier === true && { dropsTier: true }),
    ...(format.namesModel !== undefined && { namesModel: format.namesModel }),
  };
}

function joinNotes(first: readonly Note[], second: readonly Note[]): readonly Note[] {
  return second.length === 0 ? first : [...first, ...second];
}

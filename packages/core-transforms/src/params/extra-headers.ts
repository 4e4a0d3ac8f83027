import type { JsonObject } from '../contract/json.ts';
import type { Headers } from '../contract/wire.ts';
import { isObject } from '../json/is-object.ts';

/** Headers that a client cannot set: those of credentials, which the engine sets, and those of the connection. */
const NOT_FOR_CLIENTS: ReadonlySet<string> = new Set([
  'authorization',
  'api-key',
  'x-api-key',
  'x-goog-api-key',
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'transfer-encoding',
]);

const NO_HEADERS: Headers = {};

/**
 * The headers that a client's `extra_headers` add to the provider's request, with lower-case names.
 *
 * out: only string values, and none that would change who calls, whom, or how the body is framed.
 */
export function readExtraHeaders(chat: JsonObject): Headers {
  const { extra_headers: given } = chat;
  if (!isObject(given)) return NO_HEADERS;
  const named = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
  );
  return Object.fromEntries(named.filter(([name]) => !NOT_FOR_CLIENTS.has(name)));
}

import type { SentRequest } from '../compare/call-facts.ts';

/** Headers that belong to the connection or that the HTTP client adds. */
const OF_THE_CLIENT =
  /^(?:host|connection|content-length|transfer-encoding|accept|accept-encoding|accept-language|sec-fetch-mode|user-agent|x-stainless-.+)$/u;

/** The headers that the gateway itself set on a request, with `key` replaced by `<credential>`. */
export function sentHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  key: string,
): SentRequest['headers'] {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || OF_THE_CLIENT.test(name) ? [] : [[name, String(value).replaceAll(key, '<credential>')] as const],
  );
  return Object.fromEntries(kept);
}

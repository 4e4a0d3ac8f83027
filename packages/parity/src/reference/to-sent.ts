import type { SentRequest } from '../compare/call-facts.ts';

/** Of the connection, or of the HTTP client's own. */
const OF_THE_CLIENT =
  /^(?:host|connection|content-length|transfer-encoding|accept|accept-encoding|accept-language|sec-fetch-mode|user-agent|x-stainless-.+)$/u;

/** The headers of a request as a provider saw it that its sender meant; `key` stands as `<credential>`. */
export function sentHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  key: string,
): SentRequest['headers'] {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || OF_THE_CLIENT.test(name) ? [] : [[name, String(value).replaceAll(key, '<credential>')] as const],
  );
  return Object.fromEntries(kept);
}

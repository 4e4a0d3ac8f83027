import type { UpstreamRequest } from '../ports/index.ts';

/** Characters that may not be in a header's value: they would end the header, or the request. */
const UNSAFE_VALUE = /[\r\n\0]/u;
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/u;
/** Dot segments (plain or escaped), backslashes, white space and control characters: such a path may mean another one. */
const UNSAFE_PATH = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|[\\\s\u0000-\u001f\u007f]/iu;

/** Why a request must not be sent; undefined when it may. Asked before anything of it is sent. */
export function findUnsafe({ url, headers }: Pick<UpstreamRequest, 'url' | 'headers'>): string | undefined {
  for (const name in headers) {
    if (!TOKEN.test(name)) return 'a header has a name that is none';
    if (UNSAFE_VALUE.test(headers[name] ?? '')) return `header ${name} holds a line break or a NUL`;
  }
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const mark = url.indexOf('?');
  const path = start === -1 ? '' : url.slice(start, mark === -1 ? undefined : mark);
  if (UNSAFE_PATH.test(path)) return 'the path could leave its base';
  return undefined;
}

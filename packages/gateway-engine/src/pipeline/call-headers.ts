import type { CallHeaders } from '../auth/index.ts';
import type { RawCall } from '../ports/index.ts';

/** The headers of a call and its peer, to be handed on: shells have them as methods. */
export function headersOf(raw: RawCall): CallHeaders {
  return { header: (name) => raw.header(name), headerNames: () => raw.headerNames(), peer: raw.peer };
}

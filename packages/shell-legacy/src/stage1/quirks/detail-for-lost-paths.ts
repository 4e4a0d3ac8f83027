import type { ServerResponse } from 'node:http';
import { writeWhole } from '../../node/write-whole.ts';

/**
 * A path or a method that has no route is answered by the reference's web framework, not by its own error table:
 * `{"detail": …}` in place of an error envelope, and nobody is asked for a key.
 */
export function answerNoRoute(outgoing: ServerResponse, methods: readonly string[]): void {
  const headers = { 'content-type': 'application/json' };
  if (methods.length === 0) return writeWhole(outgoing, 404, headers, '{"detail":"Not Found"}');
  writeWhole(outgoing, 405, { ...headers, allow: methods.join(', ') }, '{"detail":"Method Not Allowed"}');
}

import type { ClientEnd } from '../../node/client-end.ts';
import { writeWhole } from '../../node/write-whole.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * A path or a method that has no route is answered by the reference's web framework, not by its own error table:
 * `{"detail": …}` in place of an error envelope, and nobody is asked for a key. Of a known path with a slash too many it
 * shows the way instead.
 *
 * in: the methods that the path has, and those of the path without its last slash.
 */
export function answerNoRoute(
  outgoing: ClientEnd,
  target: string,
  methods: readonly string[],
  methodsWithoutSlash: readonly string[],
): void {
  if (methods.length > 0) {
    return writeWhole(outgoing, 405, { ...JSON_TYPE, allow: methods.join(', ') }, '{"detail":"Method Not Allowed"}');
  }
  // Two slashes at the front would name a host; so the location is a path of ours, and repeats nothing the caller says of its host.
  if (methodsWithoutSlash.length > 0 && !target.startsWith('//')) {
    return writeWhole(outgoing, 307, { location: target.replace(/\/(?=\?|$)/u, '') }, '');
  }
  writeWhole(outgoing, 404, JSON_TYPE, '{"detail":"Not Found"}');
}

import type { UpstreamFailure } from '../ports/index.ts';

/**
 * An error of undici or Node, sorted by what can be done about it.
 *
 * in: the error, and whether the request had not found a connection yet.
 */
export function toFailure(error: Error, unconnected: boolean): UpstreamFailure {
  const code = 'code' in error ? String(error.code) : '';
  const message = code === '' ? error.message : `${code}: ${error.message}`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return { kind: 'connect-timeout', message };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { kind: 'too-large', message };
  return { kind: unconnected ? 'connect' : 'reset', message };
}

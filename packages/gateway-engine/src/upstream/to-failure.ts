import type { UpstreamFailure } from '../ports/index.ts';

/**
 * What undici or Node says went wrong, by what somebody would do about it.
 *
 * in: the error, and whether the request had not yet found a connection.
 */
export function toFailure(error: Error, unconnected: boolean): UpstreamFailure {
  const code = 'code' in error ? String(error.code) : '';
  const message = code === '' ? error.message : `${code}: ${error.message}`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return { kind: 'connect-timeout', message };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { kind: 'too-large', message };
  return { kind: unconnected ? 'connect' : 'reset', message };
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** A valid Host header: a name, an address or a bracketed address, and perhaps a port. */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/u;

/**
 * Answers 400 to requests that Node's parser lets through but that two readers could understand differently, before any route is looked up:
 * no Host or two, a Host with more in it than a host, a target that is not a path, chunks over HTTP/1.0.
 *
 * out: true when it has answered.
 */
export function refuseMalformed(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const why = findFault(incoming);
  if (why === undefined) return false;
  const body = JSON.stringify({ detail: `Bad Request: ${why}` });
  outgoing.writeHead(400, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), connection: 'close' });
  outgoing.end(body);
  return true;
}

function findFault(incoming: IncomingMessage): string | undefined {
  const { headers, url } = incoming;
  const { host } = headers;
  if (host === undefined ? incoming.httpVersionMinor !== 0 : !HOST.test(host)) return 'invalid Host header';
  if (url === undefined || url.charCodeAt(0) !== SLASH) return 'the request target is not a path';
  if (headers['transfer-encoding'] !== undefined && incoming.httpVersionMinor === 0) return 'chunked body over HTTP/1.0';
  return hasTwoHosts(incoming.rawHeaders) ? 'more than one Host header' : undefined;
}

const SLASH = 0x2f;

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}

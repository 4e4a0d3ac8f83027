import type { ClientEnd } from './client-end.ts';
/** Writes a whole answer. No other call can follow on a connection with an unread body. */
export function writeWhole(
  outgoing: ClientEnd,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  if (outgoing.destroyed) return;
  if (!outgoing.req.complete) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, 'content-length' in headers ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  outgoing.end(body);
}

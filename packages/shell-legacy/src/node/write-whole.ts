import type { ClientEnd } from './client-end.ts';
/** Writes a whole answer. A body that was not read to its end cannot be followed by another call on its connection. */
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

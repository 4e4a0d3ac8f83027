// The yardstick: node:http and undici's dispatch, JSON parsed and written again, streams passed on. No logic at all.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const upstreamUrl = process.argv[2];
if (upstreamUrl === undefined) throw new Error('usage: relay.ts UPSTREAM_URL');
const pool = new Pool(upstreamUrl, { connections: null, pipelining: 1 });

function relay(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
    const path = incoming.url ?? '/';
    pool.dispatch({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body }, toClient(outgoing));
  });
}

function toClient(outgoing: ServerResponse): Parameters<Pool['dispatch']>[1] {
  let whole: Buffer[] | undefined;
  return {
    onRequestStart: () => {},
    onResponseStart: (_controller, status, headers) => {
      const isStream = headers['content-type'] === 'text/event-stream';
      if (isStream) outgoing.writeHead(status, { 'content-type': 'text/event-stream' });
      else whole = [];
    },
    onResponseData: (_controller, chunk) => {
      if (whole === undefined) outgoing.write(chunk);
      else whole.push(chunk);
    },
    onResponseEnd: () => {
      if (whole === undefined) return void outgoing.end();
      const body = JSON.stringify(JSON.parse(Buffer.concat(whole).toString()));
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      outgoing.end(body);
    },
    onResponseError: () => void outgoing.destroy(),
  };
}

const server = createServer({ noDelay: true }, relay);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`relay on http://127.0.0.1:${port}\n`);
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';

/** The credentials by which tokens are introspected. */
export const CLIENT = { id: 'stagegate', secret: 'secret-of-the-client' };

/** A server that gave tokens out, on a real socket. */
export interface OauthServer {
  readonly url: string;
  /** Tokens that were asked about, in order. */
  readonly asked: readonly string[];
  /** What it says of a token; a status where it says no more. */
  readonly tokens: Map<string, JsonObject | number>;
  readonly close: () => Promise<void>;
}

/** Starts one: `/info` is asked with the token itself, `/introspect` by a client with credentials. Whoever has none is 403. */
export async function startOauthServer(): Promise<OauthServer> {
  const asked: string[] = [];
  const tokens = new Map<string, JsonObject | number>();
  const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (piece) => (body += String(piece)));
    incoming.on('end', () => {
      const { authorization = '' } = incoming.headers;
      const introspects = incoming.url === '/introspect';
      const token = introspects ? (new URLSearchParams(body).get('token') ?? '') : authorization.replace('Bearer ', '');
      asked.push(token);
      const known = introspects && (incoming.method !== 'POST' || authorization !== basic) ? 403 : (tokens.get(token) ?? 401);
      const status = typeof known === 'number' ? known : 200;
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(typeof known === 'number' ? 'no' : JSON.stringify(known));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    tokens,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

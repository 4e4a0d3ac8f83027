import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request for a token, as an endpoint saw it. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: Readonly<Record<string, string>>;
}

/** A token endpoint on this machine: it answers as told and keeps what it was asked. */
export interface TokenEndpoint {
  readonly url: string;
  readonly asked: Asked[];
  /** The real fetch, but every address leads here: for libraries whose addresses are fixed. */
  readonly fetch: typeof globalThis.fetch;
  readonly close: () => Promise<void>;
}

/** Starts one. `answer` gives status and body; by default tokens that are counted, good for an hour. */
export async function startTokenEndpoint(
  answer: (count: number, asked: Asked) => readonly [status: number, body: string] = (count) => [
    200,
    JSON.stringify({ access_token: `token-${count}`, expires_in: 3600 }),
  ],
): Promise<TokenEndpoint> {
  const asked: Asked[] = [];
  const server = createServer((incoming, outgoing) => {
    void readAll(incoming).then((text) => {
      const call = { path: incoming.url ?? '', headers: incoming.headers, form: Object.fromEntries(new URLSearchParams(text)) };
      asked.push(call);
      const [status, body] = answer(asked.length, call);
      outgoing.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/xml' : 'application/json' }).end(body);
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    asked,
    fetch: (input, init) => {
      const given = new URL(input instanceof Request ? input.url : input);
      return fetch(`${url}${given.pathname}${given.search}`, init);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

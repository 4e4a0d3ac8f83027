import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';

export const AUDIENCE = 'stagegate';

/** An identity provider on a real socket: it signs tokens, and shows the keys that check them. */
export interface IdentityProvider {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** A good token of these claims, unless they or the header say otherwise. */
  readonly sign: (claims?: JsonObject, header?: Partial<JWTHeaderParameters>, key?: CryptoKey) => Promise<string>;
  /** The public keys as they are shown. */
  readonly keys: () => readonly JWK[];
  /** Signs with a new key from now on, and shows that one alone. */
  readonly rotate: () => Promise<void>;
  /** Shows keys no more, or again. */
  readonly setDown: (down: boolean) => void;
  readonly close: () => Promise<void>;
}

/** Starts one, with a key set at `/keys` and a discovery document that names it. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const asked: string[] = [];
  let generation = 0;
  let down = false;
  let pair = await generateKeyPair('RS256');
  let shown: JWK[] = [];
  const show = async (): Promise<void> => {
    shown = [{ ...(await exportJWK(pair.publicKey)), kid: `key-${generation}`, use: 'sig' }];
  };
  await show();
  const server = createServer(({ url = '' }, outgoing) => {
    asked.push(url);
    const body = url === '/keys' ? { keys: shown } : { jwks_uri: `${origin()}/keys` };
    outgoing.writeHead(down ? 503 : 200, { 'content-type': 'application/json' }).end(down ? 'down' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin(),
    asked,
    sign: (claims = {}, header = {}, key = pair.privateKey) =>
      new SignJWT({ iss: origin(), aud: AUDIENCE, iat: nowSeconds(), exp: nowSeconds() + 600, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: `key-${generation}`, ...header })
        .sign(key),
    keys: () => shown,
    rotate: async () => {
      generation += 1;
      pair = await generateKeyPair('RS256');
      await show();
    },
    setDown: (value) => {
      down = value;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

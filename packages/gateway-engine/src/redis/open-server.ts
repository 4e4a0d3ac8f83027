import { createClient } from '@redis/client';
import type { RedisSettings } from '../config/index.ts';
import type { RedisFailure } from '../ports/index.ts';

/** One connection, until it is lost. */
export interface Connection {
  /** Rejects with what Redis refused, or what happened to the connection. */
  readonly send: (command: readonly string[]) => Promise<unknown>;
  /** Called once, when the connection is lost. */
  readonly onLost: (listener: (why: string) => void) => void;
  /** Waits that long for answers that are still due, then closes. */
  readonly close: (withinMs: number) => Promise<void>;
  readonly destroy: () => void;
}

/** A connection, or why there is none. */
export type Opened = { readonly ok: true; readonly connection: Connection } | { readonly ok: false; readonly error: RedisFailure };

/** RESP2: old servers and proxies know no other protocol. */
export const PLAIN_PROTOCOL = 2;

/** Connects to one server, once. When to try again is the caller's decision. */
export async function openServer(settings: RedisSettings, withinMs: number): Promise<Opened> {
  const { host, port, database } = settings;
  const { socket, ...options } = connectionOptions(settings, withinMs);
  const client = createClient({ ...options, socket: { host, port, ...socket }, database, RESP: PLAIN_PROTOCOL });
  let lost: ((why: string) => void) | undefined;
  client.on('error', (error: unknown) => lost?.(wordError(error)));
  client.on('end', () => lost?.('the connection has ended'));
  const destroy = (): void => {
    lost = undefined;
    // Closing a client twice throws.
    if (client.isOpen) client.destroy();
  };
  try {
    await within(client.connect(), withinMs);
  } catch (error) {
    destroy();
    return { ok: false, error: { kind: 'down', message: wordError(error) } };
  }
  return {
    ok: true,
    connection: {
      send: (command) => client.sendCommand(command),
      onLost: (listener) => {
        lost = listener;
      },
      close: async (closeMs) => {
        lost = undefined;
        await within(client.close(), closeMs).catch(destroy);
      },
      destroy,
    },
  };
}

interface ConnectionOptions {
  readonly socket: { readonly connectTimeout: number; readonly reconnectStrategy: false; readonly tls?: true };
  readonly username?: string;
  readonly password?: string;
  readonly disableOfflineQueue: boolean;
  readonly disableClientInfo: boolean;
}

/** The options of every connection, to a server as to a cluster's: no automatic reconnect, and no queue while there is no connection. */
export function connectionOptions({ tls, username, password }: RedisSettings, withinMs: number): ConnectionOptions {
  return {
    socket: { connectTimeout: withinMs, reconnectStrategy: false, ...(tls && { tls }) },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    disableClientInfo: true,
  };
}

/** For the log. */
export function wordError(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'the connection is lost';
}

/** Rejects when the promise has not settled within so many milliseconds. */
export async function within<Result>(promise: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

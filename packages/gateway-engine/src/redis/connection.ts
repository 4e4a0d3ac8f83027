import { createClient, ErrorReply } from '@redis/client';
import type { RedisSettings } from '../config/index.ts';
import type { RedisFailure } from '../ports/index.ts';

/** One connection, until it is lost. */
export interface Connection {
  /** Rejects with what Redis refused, or what happened to the connection. */
  readonly send: (command: readonly string[]) => Promise<unknown>;
  /** Told once, when it is lost. */
  readonly onLost: (listener: (why: string) => void) => void;
  /** Lets what was asked be answered, so long, then ends. */
  readonly close: (withinMs: number) => Promise<void>;
  readonly destroy: () => void;
}

type Opened = { readonly ok: true; readonly connection: Connection } | { readonly ok: false; readonly error: RedisFailure };

/** Whether Redis itself has said no. */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof ErrorReply;
}

/** Connects once: when to try again is for the caller to say. */
export async function connect(settings: RedisSettings, withinMs: number): Promise<Opened> {
  const { host, port, tls, username, password, database } = settings;
  const socket = { host, port, connectTimeout: withinMs, reconnectStrategy: false as const };
  const client = createClient({
    socket: tls ? { ...socket, tls } : socket,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    database,
    // The plain protocol: old servers and proxies know no other.
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
  });
  let lost: ((why: string) => void) | undefined;
  client.on('error', (error: unknown) => lost?.(wordError(error)));
  client.on('end', () => lost?.('the connection has ended'));
  const destroy = (): void => {
    lost = undefined;
    // A client that is closed already says so by throwing.
    if (client.isOpen) client.destroy();
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection within ${withinMs} ms`)), withinMs);
  });
  try {
    await Promise.race([client.connect(), late]);
  } catch (error) {
    destroy();
    return { ok: false, error: { kind: 'down', message: wordError(error) } };
  } finally {
    clearTimeout(timer);
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
        const cut = setTimeout(destroy, closeMs);
        await client.close().catch(() => undefined);
        clearTimeout(cut);
      },
      destroy,
    },
  };
}

function wordError(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'the connection is lost';
}

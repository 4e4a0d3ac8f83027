import { createCluster } from '@redis/client';
import type { RedisAddress, RedisSettings } from '../config/index.ts';
import { connectionOptions, PLAIN_PROTOCOL, within, wordError, type Opened } from './open-server.ts';

/** Commands that run scripts, whose keys follow a count. */
const SCRIPTS: ReadonlySet<string> = new Set(['EVAL', 'EVALSHA']);
/** Commands without a key. */
const KEYLESS: ReadonlySet<string> = new Set(['PING', 'INFO', 'CLIENT', 'FLUSHDB']);

/**
 * Connects to a cluster, as one connection. Its servers are learned from the first of `nodes` that answers, and each is connected to by the
 * first command for it. When one of these connections is lost, all of them are closed: connecting anew learns the servers of that time.
 */
export async function openCluster(settings: RedisSettings, nodes: readonly RedisAddress[], withinMs: number): Promise<Opened> {
  const { namespace } = settings;
  const client = createCluster({
    rootNodes: nodes.map((address) => ({ socket: { ...address } })),
    defaults: connectionOptions(settings, withinMs),
    minimizeConnections: true,
    RESP: PLAIN_PROTOCOL,
  });
  let lost: ((why: string) => void) | undefined;
  let why: unknown;
  // Errors while the servers are being learned.
  client.on('error', (error: unknown) => (why = error));
  client.on('node-error', (error: unknown) => lost?.(wordError(error)));
  const destroy = (): void => {
    lost = undefined;
    client.destroy();
  };
  try {
    await within(client.connect(), withinMs);
  } catch (error) {
    destroy();
    return { ok: false, error: { kind: 'down', message: wordError(why ?? error) } };
  }
  return {
    ok: true,
    connection: {
      send: (command) => client.sendCommand(keyOf(command) ?? namespace, false, [...command]),
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

/** The key by which a command finds its server. */
function keyOf([name = '', first, , third]: readonly string[]): string | undefined {
  if (KEYLESS.has(name)) return undefined;
  return SCRIPTS.has(name) ? third : first;
}

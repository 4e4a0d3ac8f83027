import { createCluster } from '@redis/client';
import type { RedisAddress, RedisSettings } from '../config/index.ts';
import { connectionOptions, PLAIN_PROTOCOL, within, wordError, type Opened } from './open-server.ts';

/** Commands whose scripts name their keys behind a count. */
const SCRIPTS: ReadonlySet<string> = new Set(['EVAL', 'EVALSHA']);
/** Commands of no key. */
const KEYLESS: ReadonlySet<string> = new Set(['PING', 'INFO', 'CLIENT', 'FLUSHDB']);

/**
 * Connects to a cluster, as one connection: its servers are found by the first of `nodes` that answers, and each is connected to by the
 * first question for it. Whichever of these connections is lost, all of it is: who connects anew finds the servers of then.
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
  // What goes wrong while its servers are looked for.
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

/** By which key a command finds its server. */
function keyOf([name = '', first, , third]: readonly string[]): string | undefined {
  if (KEYLESS.has(name)) return undefined;
  return SCRIPTS.has(name) ? third : first;
}

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onStand } from './on-stand.ts';
import { measureSides, type SidesFigures, type SidesOptions } from './sides.ts';

/** Of calls to a gateway that has no Redis, and to one whose Redis takes connections and never says a word. */
export type RedisFigures = SidesFigures<'without' | 'silent'>;

/** Measures what a call waits when Redis is away: the first calls open the circuit breaker, and count as warm-up. */
export async function measureRedis(options: SidesOptions): Promise<{ readonly figures: RedisFigures; readonly flags: readonly string[] }> {
  return onStand(async (stand) => {
    const silent = await startSilent();
    stand.onEnd(silent.close);
    return measureSides(
      stand,
      { without: { gateway: await stand.start('hono') }, silent: { gateway: await stand.start('hono', { more: asking(silent.port) }) } },
      options,
    );
  });
}

/** Every call asks it for a kept answer, and tells it what was counted. */
function asking(port: number): object {
  const redis = { host: '127.0.0.1', port };
  return {
    litellm_settings: { cache: true, cache_params: { type: 'redis', ...redis } },
    router_settings: { redis_host: redis.host, redis_port: redis.port, cooldown_time: 30, allowed_fails: 3 },
  };
}

async function startSilent(): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.resume().on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

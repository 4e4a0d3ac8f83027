import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what Linux and macOS give to a socket that names no port: no other test's server or client comes upon one of these by itself. */
const PORTS_FROM = 20_000;
const PORTS = 12_000;
const TRIES = 50;

/**
 * A port of the loopback that nobody listens on, for a program that cannot say which one it took.
 *
 * errors: rejects when fifty ports in a row are in use.
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = PORTS_FROM + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port found');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

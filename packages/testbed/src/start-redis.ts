import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from './find-free-port.ts';

const START_MS_MAX = 20_000;

/** A Redis server of a test's own, which keeps nothing on disk. */
export interface TestRedis {
  readonly port: number;
  /** Ends the server as if it had crashed. */
  readonly kill: () => Promise<void>;
  /** Starts it anew, empty, on the same port. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts `program` (`redis-server`) on a free port of the loopback and waits until it takes connections.
 *
 * in: `more` are arguments of its own.
 */
export async function startRedis(program: string, more: readonly string[] = []): Promise<TestRedis> {
  const port = await findFreePort();
  let child = await start(program, port, more);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    port,
    kill,
    restart: async () => {
      await kill();
      child = await start(program, port, more);
    },
    stop: kill,
  };
}

function start(program: string, port: number, more: readonly string[]): Promise<ChildProcess> {
  // A file of settings comes first.
  const own = more[0]?.endsWith('.conf') === true ? [] : ['--save', '', '--appendonly', 'no'];
  const child = spawn(program, [...more, '--port', String(port), '--bind', '127.0.0.1', ...own], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`redis-server did not start: ${said}`)), START_MS_MAX);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (!/ready to accept connections|\+monitor master/iu.test(said)) return;
      clearTimeout(timer);
      resolve(child);
    });
  });
}

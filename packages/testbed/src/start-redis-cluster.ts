import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type TestRedis } from './start-redis.ts';

const SLOTS = 16_384;
const LOOK_MS = 50;
const JOIN_MS_MAX = 30_000;

/** Servers that belong together, and their end. */
export interface TestServers {
  readonly servers: readonly TestRedis[];
  readonly stop: () => Promise<void>;
}

/** Starts a cluster of so many masters, which share all slots evenly, and waits until it takes questions. */
export async function startRedisCluster(program: string, count: number): Promise<TestServers> {
  const dir = await mkdtemp(join(tmpdir(), 'redis-cluster-'));
  const servers: TestRedis[] = [];
  for (let index = 0; index < count; index += 1) {
    const settings = ['--cluster-enabled', 'yes', '--cluster-config-file', join(dir, `nodes-${index}.conf`), '--dir', dir];
    servers.push(await startRedis(program, settings));
  }
  const [first] = servers;
  for (const [index, { port }] of servers.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / count)) as [number, number];
    await tellRedis(port, `CLUSTER ADDSLOTS ${Array.from({ length: to - from }, (_, slot) => from + slot).join(' ')}`);
    if (index > 0) await tellRedis(port, `CLUSTER MEET 127.0.0.1 ${first?.port}`);
  }
  const deadlineMs = performance.now() + JOIN_MS_MAX;
  for (const { port } of servers) {
    while (!(await tellRedis(port, 'CLUSTER INFO')).includes('cluster_state:ok')) {
      if (performance.now() > deadlineMs) throw new Error('the servers have not become a cluster');
      await sleep(LOOK_MS);
    }
  }
  return { servers, stop: () => stopAll(servers, dir) };
}

/** Starts a master, its replica, and one sentinel of them that knows them as `service`: the servers in this order. */
export async function startRedisSentinel(program: string, service: string): Promise<TestServers> {
  const dir = await mkdtemp(join(tmpdir(), 'redis-sentinel-'));
  const master = await startRedis(program, ['--dir', dir]);
  const replica = await startRedis(program, [
    '--dir',
    dir,
    '--replicaof',
    '127.0.0.1',
    String(master.port),
    '--repl-diskless-sync-delay',
    '0',
  ]);
  const file = join(dir, 'sentinel.conf');
  await writeFile(
    file,
    [
      `dir ${dir}`,
      `sentinel monitor ${service} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${service} 500`,
      `sentinel failover-timeout ${service} 2000`,
    ].join('\n'),
  );
  const sentinel = await startRedis(program, [file, '--sentinel']);
  const servers = [master, replica, sentinel];
  return { servers, stop: () => stopAll(servers, dir) };
}

/** One command to a server of the loopback, in one line. out: the first piece of its answer, as it came. */
export async function tellRedis(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [piece] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return piece.toString();
}

async function stopAll(servers: readonly TestRedis[], dir: string): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(dir, { recursive: true, force: true });
}

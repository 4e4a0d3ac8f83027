import { ErrorReply } from '@redis/client';
import type { RedisSettings } from '../config/index.ts';
import { findMaster } from './find-master.ts';
import { openServer, type Opened } from './open-server.ts';

export type { Connection } from './open-server.ts';

/** Whether Redis itself has refused, and not the network. */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof ErrorReply;
}

/** Connects once, to the server, the master or the cluster of the settings. When to try again is the caller's decision. */
export async function connect(settings: RedisSettings, withinMs: number): Promise<Opened> {
  const { cluster, sentinels } = settings;
  if (cluster !== undefined) {
    const { openCluster } = await import('./open-cluster.ts');
    return openCluster(settings, cluster, withinMs);
  }
  if (sentinels === undefined) return openServer(settings, withinMs);
  const master = await findMaster(settings, sentinels, withinMs);
  return master.ok ? openServer({ ...settings, ...master.address }, withinMs) : master;
}

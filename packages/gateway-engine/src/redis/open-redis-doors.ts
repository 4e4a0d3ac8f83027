import type { RedisSettings, RedisRoles } from '../config/index.ts';
import type { Log, Redis, RedisDoors } from '../ports/index.ts';
import { createRedis } from './create-redis.ts';

/** Doors that can be closed. */
export interface OpenRedisDoors extends RedisDoors {
  readonly close: () => Promise<void>;
}

/** Opens a door to each Redis that the settings name; equal settings share one. Every change of state is one line of the log. */
export function openRedisDoors(roles: RedisRoles, log: Log): OpenRedisDoors {
  const open = new Map<string, Redis>();
  const doorTo = (settings: RedisSettings | undefined): Redis | undefined => {
    if (settings === undefined) return undefined;
    const id = JSON.stringify(settings);
    const known = open.get(id) ?? createRedis({ ...settings, onState: tell(settings, log) });
    open.set(id, known);
    return known;
  };
  return {
    router: doorTo(roles.router),
    coordination: doorTo(roles.coordination),
    cache: doorTo(roles.cache),
    close: async () => {
      await Promise.all([...open.values()].map((redis) => redis.close()));
    },
  };
}

function tell({ host, port }: RedisSettings, log: Log): (state: string, why: string) => void {
  return (state, why) => {
    if (state === 'ready') log.info('redis', { state, host, port });
    else log.warn('redis', { state, host, port, why, until: 'every instance goes by its own counts' });
  };
}

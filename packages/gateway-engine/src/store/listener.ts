import type { DatabaseAddress } from './database-url.ts';
import { type Connections, openConnections } from './pool.ts';
import type { Store } from './store.ts';

/** One connection that hears notifications, and is opened again when it breaks. */
export interface Listener {
  readonly listen: Store['listen'];
  /** Called whenever the database was reached; a second call does nothing. */
  readonly start: () => void;
  readonly stop: () => void;
}

interface Ear {
  readonly channel: string;
  readonly heard: (payload: string) => void;
  readonly onGap: () => void;
}

/** A tenth of a second, then twice as long each time, at most two seconds. */
function backoffSeconds(failures: number): number {
  return Math.min(2, 0.1 * 2 ** failures);
}

/** Listens to nothing before it is started. */
export function createListener(address: DatabaseAddress, connectMs: number): Listener {
  const ears: Ear[] = [];
  let connection: Connections | undefined;
  const attach = ({ channel, heard, onGap }: Ear): void => {
    // postgres.js connects again by itself and then says so through the last argument; the first time fails only with the store.
    connection?.sql.listen(channel, heard, onGap).catch(() => undefined);
  };
  return {
    listen: (channel, heard, onGap) => {
      const ear = { channel, heard, onGap };
      ears.push(ear);
      attach(ear);
    },
    start: () => {
      if (connection !== undefined) return;
      connection = openConnections(address, { connectionsMax: 1, connectMs, statementMs: 0, backoffSeconds });
      ears.forEach(attach);
    },
    stop: () => {
      connection?.destroy();
      connection = undefined;
    },
  };
}

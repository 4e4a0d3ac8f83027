import { connect, type Socket } from 'node:net';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import type { DatabaseAddress } from './database-url.ts';

/** What a query is written against: the database, or a transaction in it. */
export type Database = PgDatabase<PostgresJsQueryResultHKT>;

/** What a pool may do. Milliseconds. */
export interface PoolLimits {
  readonly connectionsMax: number;
  readonly connectMs: number;
  /** The server gives a statement up after this. */
  readonly statementMs: number;
  /** How long to wait before the next try, by the number of failed ones. Default: not at all, because the store decides who asks when. */
  readonly backoffSeconds?: (failures: number) => number;
}

/** A few connections to one database, and drizzle over them. */
export interface Pool extends Connections {
  readonly database: Database;
}

/** A few connections to one database. */
export interface Connections {
  /** postgres.js itself, for what drizzle has no words for: COPY, LISTEN. */
  readonly sql: postgres.Sql;
  /** Ends every connection; what still waits for an answer fails. */
  readonly destroy: () => void;
}

const KEEP_ALIVE_MS = 15_000;

/** A pool that connects when first asked. */
export function createPool(address: DatabaseAddress, limits: PoolLimits): Pool {
  const connections = openConnections(address, limits);
  return { ...connections, database: drizzle(connections.sql) };
}

/** The same without drizzle. */
export function openConnections(address: DatabaseAddress, limits: PoolLimits): Connections {
  const sockets = createSockets(address);
  const options: postgres.Options<Record<string, never>> & { readonly socket: () => Socket } = {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    pass: address.password,
    max: limits.connectionsMax,
    prepare: !address.pooled,
    // A question of its own per connection, for arrays, which drizzle reads by itself.
    fetch_types: false,
    backoff: limits.backoffSeconds ?? noBackoff,
    connect_timeout: limits.connectMs / 1000,
    ...tlsOf(address),
    onnotice: () => undefined,
    connection: {
      application_name: 'stagegate',
      TimeZone: 'UTC',
      // A pooler in front refuses settings it does not know.
      ...(!address.pooled && { statement_timeout: limits.statementMs }),
      ...(address.schema !== 'public' && { search_path: `"${address.schema.replaceAll('"', '""')}"` }),
    },
    socket: sockets.open,
  };
  const sql = postgres(options);
  return {
    sql,
    destroy: () => {
      // Rejects for nothing that anybody waits for: the sockets go with it.
      sql.end({ timeout: 0 }).catch(() => undefined);
      sockets.destroy();
    },
  };
}

function noBackoff(): number {
  return 0;
}

function tlsOf({ ssl, socketPath, host }: DatabaseAddress): Partial<postgres.Options<Record<string, never>>> {
  if (ssl === false || socketPath !== undefined) return { ssl: false };
  return { ssl: ssl === 'verify-full' ? { servername: host } : ssl };
}

/** Sockets of ours, because a connection that hangs can only be ended by whoever holds its socket. */
function createSockets({ socketPath, host, port }: DatabaseAddress): { open: () => Socket; destroy: () => void } {
  const sockets = new Set<Socket>();
  let destroyed = false;
  return {
    open: () => {
      // postgres.js tries again by itself when a connection ends in its first moments; not in a pool that is gone.
      if (destroyed) throw new Error('the pool is gone');
      for (const socket of sockets) if (socket.destroyed) sockets.delete(socket);
      const socket = socketPath === undefined ? connect({ host, port, noDelay: true }) : connect(socketPath);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      // Without an error it would try again at once, and for ever.
      socket.once(
        'end',
        () =>
          socket.bytesRead === 0 &&
          socket.destroy(Object.assign(new Error('closed before the database spoke'), { code: 'CONNECTION_CLOSED' })),
      );
      // Where TLS looks for the name of the other side.
      Object.assign(socket, { host });
      sockets.add(socket);
      return socket;
    },
    destroy: () => {
      destroyed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

import { connect, type Socket } from 'node:net';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import type { DatabaseAddress } from './database-url.ts';

/** What queries run on: the database, or a transaction in it. */
export type Database = PgDatabase<PostgresJsQueryResultHKT>;

/** Limits of a pool, in milliseconds. */
export interface PoolLimits {
  readonly connectionsMax: number;
  readonly connectMs: number;
  /** The server cancels a statement after this time. */
  readonly statementMs: number;
  /** How long to wait before connecting again, by the number of failures. Default: not at all, because the store decides when to ask. */
  readonly backoffSeconds?: (failures: number) => number;
}

/** Some connections to one database, with drizzle over them. */
export interface Pool extends Connections {
  readonly database: Database;
}

/** Some connections to one database. */
export interface Connections {
  /** postgres.js itself, for what drizzle cannot express: COPY, LISTEN. */
  readonly sql: postgres.Sql;
  /** Closes every connection. Queries that wait for a result fail. */
  readonly destroy: () => void;
}

const KEEP_ALIVE_MS = 15_000;

/** Makes a pool that connects when it is first used. */
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
    // One query less per connection: it is for arrays, which drizzle reads by itself.
    fetch_types: false,
    backoff: limits.backoffSeconds ?? noBackoff,
    connect_timeout: limits.connectMs / 1000,
    ...tlsOf(address),
    onnotice: () => undefined,
    connection: {
      application_name: 'stagegate',
      TimeZone: 'UTC',
      // A pooler refuses settings that it does not know.
      ...(!address.pooled && { statement_timeout: limits.statementMs }),
      ...(address.schema !== 'public' && { search_path: `"${address.schema.replaceAll('"', '""')}"` }),
    },
    socket: sockets.open,
  };
  const sql = postgres(options);
  return {
    sql,
    destroy: () => {
      // Nothing waits for this to settle: the sockets are closed with it.
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

/** Creates the sockets itself, because a connection that hangs can only be closed through its socket. */
function createSockets({ socketPath, host, port }: DatabaseAddress): { open: () => Socket; destroy: () => void } {
  const sockets = new Set<Socket>();
  let destroyed = false;
  return {
    open: () => {
      // postgres.js retries by itself when a connection ends in its first moments, but must not in a destroyed pool.
      if (destroyed) throw new Error('the pool is gone');
      for (const socket of sockets) if (socket.destroyed) sockets.delete(socket);
      const socket = socketPath === undefined ? connect({ host, port, noDelay: true }) : connect(socketPath);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      // Without an error it would retry at once, for ever.
      socket.once(
        'end',
        () =>
          socket.bytesRead === 0 &&
          socket.destroy(Object.assign(new Error('closed before the database spoke'), { code: 'CONNECTION_CLOSED' })),
      );
      // Where TLS looks for the name of the server.
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

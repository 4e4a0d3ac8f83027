/** Where a database is, and how to connect. It holds a password: it is never logged. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  /** A Unix socket; then host and port are not used. */
  readonly socketPath?: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** libpq's `sslmode`, as far as it matters to us. `prefer` is LiteLLM's default. */
  readonly ssl: false | 'prefer' | 'require' | 'verify-full';
  /** The schema of LiteLLM's tables, `public` by default. */
  readonly schema: string;
  /** True: behind a pooler that may give each transaction another connection, so that nothing can be prepared. */
  readonly pooled: boolean;
  /** Seconds; undefined: our default. */
  readonly connectTimeoutSeconds: number | undefined;
  readonly poolMax: number | undefined;
}

const DEFAULT_PORT = 5432;
const SSL: Readonly<Record<string, DatabaseAddress['ssl']>> = {
  disable: false,
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify-full',
  'verify-full': 'verify-full',
};

/**
 * Reads a database URL as LiteLLM's client does.
 *
 * in:     `postgresql://user:password@host:port/database?…`, with Prisma's parameters; unknown ones are ignored.
 * out:    undefined for anything that is no such URL.
 * source: Prisma's "PostgreSQL connector" page, arguments of the connection URL (read 2026-11-28).
 */
export function readDatabaseUrl(text: string): DatabaseAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/u.test(url.protocol)) return undefined;
  const ask = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const socketFolder = ask('host');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[|\]$/gu, '') || 'localhost',
    port,
    ...(socketFolder?.startsWith('/') === true && { socketPath: `${socketFolder}/.s.PGSQL.${port}` }),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
    ssl: ask('sslaccept') === 'strict' ? 'verify-full' : (SSL[ask('sslmode') ?? 'prefer'] ?? 'prefer'),
    schema: ask('schema') ?? 'public',
    pooled: ask('pgbouncer') === 'true',
    connectTimeoutSeconds: readCount(ask('connect_timeout')),
    poolMax: readCount(ask('connection_limit')),
  };
}

/** In Prisma 0 means no limit. Here it means the default. */
function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/u.test(text) ? Number(text) : undefined;
}

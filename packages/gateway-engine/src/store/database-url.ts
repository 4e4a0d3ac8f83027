/** Where a database is, and how it wants to be spoken to. It holds a password: it is never logged. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  /** A Unix socket; then host and port say nothing. */
  readonly socketPath?: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** As libpq's `sslmode`, as far as it differs for us; `prefer` is LiteLLM's way when nothing is said. */
  readonly ssl: false | 'prefer' | 'require' | 'verify-full';
  /** Where LiteLLM's tables are, unless in `public`. */
  readonly schema: string;
  /** Behind a pooler that gives each transaction another connection nothing may be prepared. */
  readonly pooled: boolean;
  /** Seconds; undefined: ours. */
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
 * in:     `postgresql://user:password@host:port/database?…`, with Prisma's parameters; those it does not know are left alone.
 * out:    the address, or undefined for what is no such URL.
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

/** Zero means "no limit" in Prisma, which nobody gets here. */
function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/u.test(text) ? Number(text) : undefined;
}

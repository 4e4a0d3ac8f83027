import { expect, test } from 'vitest';
import { readDatabaseUrl } from './database-url.ts';

test("LiteLLM's own example", () => {
  expect(readDatabaseUrl('postgresql://llmproxy:dbpassword9090@db:5433/litellm')).toStrictEqual({
    host: 'db',
    port: 5433,
    database: 'litellm',
    user: 'llmproxy',
    password: 'dbpassword9090',
    ssl: 'prefer',
    schema: 'public',
    pooled: false,
    connectTimeoutSeconds: undefined,
    poolMax: undefined,
  });
});

test.each([
  ['postgres://u@h', { user: 'u', password: '', host: 'h', port: 5432, database: 'postgres' }],
  ['postgres://u%40x:p%2F%3A@h/d', { user: 'u@x', password: 'p/:' }],
  ['postgres://u:p@[::1]:1/d', { host: '::1', port: 1 }],
  ['postgres://u:p@localhost:6/d?host=/var/run/postgresql', { socketPath: '/var/run/postgresql/.s.PGSQL.6' }],
  ['postgres://u:p@h/d?schema=llm', { schema: 'llm' }],
  ['postgres://u:p@h/d?pgbouncer=true&connection_limit=7&connect_timeout=3', { pooled: true, poolMax: 7, connectTimeoutSeconds: 3 }],
  ['postgres://u:p@h/d?connection_limit=0&connect_timeout=x', { poolMax: undefined, connectTimeoutSeconds: undefined }],
  ['postgres://u:p@h/d?sslmode=disable', { ssl: false }],
  ['postgres://u:p@h/d?sslmode=require', { ssl: 'require' }],
  ['postgres://u:p@h/d?sslmode=verify-ca', { ssl: 'verify-full' }],
  ['postgres://u:p@h/d?sslmode=require&sslaccept=strict', { ssl: 'verify-full' }],
  ['postgres://u:p@h/d?sslmode=nonsense', { ssl: 'prefer' }],
])('%s', (url, expected) => {
  expect(readDatabaseUrl(url)).toMatchObject(expected);
});

test.each(['', 'x', 'mysql://u:p@h/d', 'http://h/', 'postgres//u:p@h'])('no URL of a PostgreSQL database: "%s"', (text) => {
  expect(readDatabaseUrl(text)).toBeUndefined();
});

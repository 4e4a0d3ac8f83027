import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedCache, ParsedConfig, ParsedRedis } from './parsed-config.ts';

/** How one Redis is reached. It may hold a password. */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  /** Every key begins with it and a colon. */
  readonly namespace?: string;
  /** Longest wait for an answer. */
  readonly timeoutMs: number;
}

/** Which Redis is for what; each undefined where none is named. */
export interface RedisRoles {
  readonly router: RedisSettings | undefined;
  readonly coordination: RedisSettings | undefined;
  readonly cache: RedisSettings | undefined;
}

/** What was read, and what is wrong with it. */
export interface ReadRedis {
  readonly redis: RedisRoles;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

const PORT = 6379;
const TIMEOUT_SECONDS = 0.05;
/** Ways to reach a Redis that are not built; the environment has the first two as REDIS_CLUSTER_NODES and REDIS_SENTINEL_NODES. */
const UNBUILT = ['startup_nodes', 'sentinel_nodes', 'aws_iam_auth', 'gcp_service_account', 'azure_redis_ad_token'];
const UNBUILT_VARIABLES = ['REDIS_CLUSTER_NODES', 'REDIS_SENTINEL_NODES'];
const NO_ISSUES: readonly ConfigIssue[] = [];

/** Where settings of a Redis stand. */
interface Block {
  readonly path: readonly string[];
  readonly members: ParsedRedis;
}

/**
 * Finds each Redis as the reference does: one for coordination in `coordination_redis`, else that of the response cache, else that of
 * the environment; the router has its own where `router_settings` names one, else that one. Variables fill in what a block leaves out.
 *
 * source: LiteLLM 1.106.2, proxy_server.py `_init_coordination_redis` and `init_cache`, router.py, _redis.py.
 */
export function toRedisRoles(config: ParsedConfig, root: ConfigNode, env: Environment): ReadRedis {
  const ofEnv = fromEnvironment(env);
  const read = (block: Block | undefined): Read =>
    block === undefined ? { issues: NO_ISSUES, warnings: NO_ISSUES } : readBlock(block, ofEnv, root);
  const asked = findCache(config);
  const cache = read(asked?.type === 'redis' ? asked : undefined);
  const own = config.general_settings?.coordination_redis ?? undefined;
  const coordination = own === undefined ? cache : read({ path: ['general_settings', 'coordination_redis'], members: own });
  const router = read(routerBlock(config));
  const environment = coordination.settings === undefined && own === undefined ? readEnvironment(ofEnv, env) : undefined;
  const shared = coordination.settings ?? environment?.settings;
  return {
    redis: { router: router.settings ?? shared, coordination: shared, cache: cache.settings },
    issues: [...new Set([cache, coordination, router, environment].flatMap((one) => one?.issues ?? []))],
    warnings: [...new Set([cache, coordination, router, environment].flatMap((one) => one?.warnings ?? []))],
  };
}

interface Read {
  readonly settings?: RedisSettings;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/** A cache of answers that is asked for: what kind, where its settings stand, and they. */
export interface AskedCache {
  readonly type: string;
  readonly path: readonly string[];
  readonly members: ParsedCache;
}

/**
 * The cache that `litellm_settings` ask for: Redis where nothing more is said of it, memory where something is, but no type. Else
 * `router_settings.cache_responses`: the router's own Redis with `cache_kwargs`, else memory.
 *
 * source: LiteLLM 1.106.2, proxy_server.py `init_cache`, router.py `Router.__init__`.
 */
export function findCache(config: ParsedConfig): AskedCache | undefined {
  const { litellm_settings: settings, router_settings: router } = config;
  if (settings?.cache === true) {
    const members = settings.cache_params ?? {};
    const type = Object.keys(members).length === 0 ? 'redis' : (members.type ?? 'local');
    return { type, path: ['litellm_settings', 'cache_params'], members };
  }
  if (router?.cache_responses !== true) return undefined;
  const block = routerBlock(config);
  if (block === undefined) return { type: 'local', path: ['router_settings'], members: {} };
  return { type: 'redis', path: block.path, members: { ...block.members, ...withoutUnset(router.cache_kwargs ?? {}) } };
}

function routerBlock({ router_settings: settings }: ParsedConfig): Block | undefined {
  const { redis_url: url, redis_host: host, redis_port: port, redis_password: password, redis_db: db } = settings ?? {};
  const named = isSet(url) || (isSet(host) && isSet(port));
  return named ? { path: ['router_settings'], members: withoutUnset({ url, host, port, password, db }) } : undefined;
}

function fromEnvironment(env: Environment): ParsedRedis {
  const { REDIS_URL: url, REDIS_HOST: host, REDIS_USERNAME: username, REDIS_PASSWORD: password, REDIS_SSL: ssl } = env;
  return withoutUnset({
    url,
    host,
    username,
    password,
    port: toNumber(env['REDIS_PORT']),
    db: toNumber(env['REDIS_DB']),
    socket_timeout: toNumber(env['REDIS_SOCKET_TIMEOUT']),
    ssl: isSet(ssl) ? /^(?:true|1|yes)$/iu.test(ssl) : undefined,
  });
}

/** What the environment alone names may be meant for something else: what is wrong with it is a warning. */
function readEnvironment(members: ParsedRedis, env: Environment): Read {
  const place = { file: 'environment', line: 0, column: 0 };
  const unbuilt = UNBUILT_VARIABLES.filter((name) => isSet(env[name]));
  if (unbuilt.length > 0) {
    return {
      issues: NO_ISSUES,
      warnings: unbuilt.map((path) => ({ ...place, path, expected: 'one Redis server', found: 'several, which are not used' })),
    };
  }
  if (!isSet(members.url) && !isSet(members.host)) return { issues: NO_ISSUES, warnings: NO_ISSUES };
  const settings = toSettings(members);
  if (settings !== undefined) return { settings, issues: NO_ISSUES, warnings: NO_ISSUES };
  return { issues: NO_ISSUES, warnings: [{ ...place, path: 'REDIS_URL', expected: 'a redis:// URL', found: 'none, which is not used' }] };
}

function readBlock({ path, members }: Block, ofEnv: ParsedRedis, root: ConfigNode): Read {
  const unbuilt = UNBUILT.filter((name) => isSet(members[name]));
  if (unbuilt.length > 0) {
    const found = 'a way to reach one that is not built; instances share nothing';
    return { issues: NO_ISSUES, warnings: unbuilt.map((name) => issueAt(root, [...path, name], 'one Redis server', found)) };
  }
  const own = withoutUnset(members);
  // A host in the file is meant before a URL of the environment.
  const { url: _url, ...restOfEnv } = ofEnv;
  const all = { ...(isSet(own.host) && !isSet(own.url) ? restOfEnv : ofEnv), ...own };
  const settings = toSettings(all);
  if (settings !== undefined) return { settings, issues: NO_ISSUES, warnings: NO_ISSUES };
  const found = isSet(all.url) ? 'another URL' : 'neither';
  return { issues: [issueAt(root, path, 'the host of a Redis, or a redis:// URL', found)], warnings: NO_ISSUES };
}

/** out: undefined when there is no host, or the URL is none. */
function toSettings({
  url,
  host,
  port,
  username,
  password,
  ssl,
  db,
  namespace,
  socket_timeout: timeout,
}: ParsedRedis): RedisSettings | undefined {
  const rest = { ...(isSet(namespace) && { namespace }), timeoutMs: (timeout ?? TIMEOUT_SECONDS) * 1000 };
  if (!isSet(url)) {
    if (!isSet(host)) return undefined;
    const who = { ...(isSet(username) && { username }), ...(isSet(password) && { password }) };
    return { host, port: port ?? PORT, tls: ssl === true, ...who, database: db ?? 0, ...rest };
  }
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port: ofUrl, username: user, password: secret, pathname } = new URL(url);
  if ((protocol !== 'redis:' && protocol !== 'rediss:') || hostname === '') return undefined;
  const who = {
    ...(user !== '' && { username: decodeURIComponent(user) }),
    ...(secret !== '' && { password: decodeURIComponent(secret) }),
  };
  const database = Number(pathname.slice(1));
  return {
    host: hostname.replaceAll(/^\[|\]$/gu, ''),
    port: ofUrl === '' ? PORT : Number(ofUrl),
    tls: protocol === 'rediss:',
    ...who,
    database: Number.isInteger(database) ? database : 0,
    ...rest,
  };
}

function withoutUnset(members: ParsedRedis): ParsedRedis {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSet(value)));
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null && value !== '';
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : undefined;
}

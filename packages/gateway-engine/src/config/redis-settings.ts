import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedCache, ParsedConfig, ParsedRedis } from './parsed-config.ts';
import { readAddresses, type RedisAddress } from './redis-addresses.ts';

/** How a Redis is reached. It may hold a password. */
export interface RedisSettings {
  /** Of a cluster, or of sentinels, the first of their servers. */
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
  /** Servers of the cluster, from which the others are learned. */
  readonly cluster?: readonly RedisAddress[];
  /** The sentinels that know the current master of `service`. */
  readonly sentinels?: RedisSentinels;
}

/** Sentinels, and what they are asked for. */
export interface RedisSentinels {
  readonly nodes: readonly RedisAddress[];
  readonly service: string;
  /** The sentinels' own password. */
  readonly password?: string;
}

/** Which Redis serves which purpose; undefined where none is configured. */
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
/** Ways to reach a Redis that are not built. */
const UNBUILT = ['aws_iam_auth', 'gcp_service_account', 'azure_redis_ad_token'];
/** Keys with the same name in braces are on the same server of a cluster, where one script can use them together. */
const TOGETHER = 'stagegate';
const NO_ISSUES: readonly ConfigIssue[] = [];

/** Where settings of a Redis stand. */
interface Block {
  readonly path: readonly string[];
  readonly members: ParsedRedis;
}

/**
 * Finds each Redis as the reference does. For coordination: `coordination_redis`, else the response cache's, else the environment's. For
 * the router: that of `router_settings`, else the former. Variables fill in what a block leaves out.
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
  const environment = coordination.settings === undefined && own === undefined ? readEnvironment(ofEnv) : undefined;
  const shared = coordination.settings ?? environment?.settings;
  return {
    redis: { router: together(router.settings ?? shared), coordination: together(shared), cache: cache.settings },
    issues: [...new Set([cache, coordination, router, environment].flatMap((one) => one?.issues ?? []))],
    warnings: [...new Set([cache, coordination, router, environment].flatMap((one) => one?.warnings ?? []))],
  };
}

/** In a cluster, everything that instances share (except cached answers) is on one server: scripts use several keys at once. */
function together(settings: RedisSettings | undefined): RedisSettings | undefined {
  if (settings?.cluster === undefined) return settings;
  const { namespace = TOGETHER } = settings;
  return { ...settings, namespace: /\{[^}]+\}/u.test(namespace) ? namespace : `{${namespace}}` };
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
 * The cache that `litellm_settings` ask for: of the given type; without any parameters, Redis; with others but no type, memory. Else
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
    startup_nodes: env['REDIS_CLUSTER_NODES'],
    sentinel_nodes: env['REDIS_SENTINEL_NODES'],
    service_name: env['REDIS_SERVICE_NAME'],
    sentinel_password: env['REDIS_SENTINEL_PASSWORD'],
    port: toNumber(env['REDIS_PORT']),
    db: toNumber(env['REDIS_DB']),
    socket_timeout: toNumber(env['REDIS_SOCKET_TIMEOUT']),
    ssl: isSet(ssl) ? /^(?:true|1|yes)$/iu.test(ssl) : undefined,
  });
}

/** Variables may have been set for something else: what is wrong with them is only a warning. */
function readEnvironment(members: ParsedRedis): Read {
  if (!namesTarget(members)) return { issues: NO_ISSUES, warnings: NO_ISSUES };
  const read = toSettings(members);
  if (!('wrong' in read)) return { settings: read, issues: NO_ISSUES, warnings: NO_ISSUES };
  const path = VARIABLES[read.wrong];
  const issue = { file: 'environment', line: 0, column: 0, path, expected: read.expected, found: 'something else, which is not used' };
  return { issues: NO_ISSUES, warnings: [issue] };
}

function readBlock({ path, members }: Block, ofEnv: ParsedRedis, root: ConfigNode): Read {
  const unbuilt = UNBUILT.filter((name) => isSet(members[name]));
  if (unbuilt.length > 0) {
    const found = 'a way to reach one that is not built; instances share nothing';
    return { issues: NO_ISSUES, warnings: unbuilt.map((name) => issueAt(root, [...path, name], 'a Redis that takes a password', found)) };
  }
  const own = withoutUnset({ ...members, startup_nodes: members.startup_nodes ?? members['redis_startup_nodes'] });
  // A server in the file comes before those of the environment.
  const { url: _url, startup_nodes: _startup, sentinel_nodes: _sentinels, ...restOfEnv } = ofEnv;
  const all = { ...(namesTarget(own) ? restOfEnv : ofEnv), ...own };
  const read = toSettings(all);
  if (!('wrong' in read)) return { settings: read, issues: NO_ISSUES, warnings: NO_ISSUES };
  const wrong = read.wrong === 'startup_nodes' && !isSet(members.startup_nodes) ? 'redis_startup_nodes' : read.wrong;
  const at = isSet(members[wrong]) ? [...path, wrong] : path;
  const found = namesTarget(all) ? 'something else' : 'neither';
  return { issues: [issueAt(root, at, read.expected, found)], warnings: NO_ISSUES };
}

/** Members that say where a Redis is, in the order in which they count. */
type Target = 'startup_nodes' | 'url' | 'sentinel_nodes' | 'host';
const VARIABLES: Readonly<Record<Target, string>> = {
  startup_nodes: 'REDIS_CLUSTER_NODES',
  url: 'REDIS_URL',
  sentinel_nodes: 'REDIS_SENTINEL_NODES',
  host: 'REDIS_HOST',
};

function namesTarget({ startup_nodes: nodes, url, sentinel_nodes: sentinels, host }: ParsedRedis): boolean {
  return [nodes, url, sentinels, host].some(isSet);
}

/** What is wrong with the way to a Redis. */
interface Wrong {
  readonly wrong: Target;
  readonly expected: string;
}

const SERVER = 'the host of a Redis, or a redis:// URL';

function toSettings(members: ParsedRedis): RedisSettings | Wrong {
  const { startup_nodes: startup, url, sentinel_nodes: sentinels, service_name: service, sentinel_password: password } = members;
  const plain = toServer(members);
  if (isSet(startup)) {
    const cluster = readAddresses(startup);
    if (cluster === undefined) return { wrong: 'startup_nodes', expected: 'a list of {host, port}' };
    return { ...plain, ...cluster[0], database: 0, cluster };
  }
  if (isSet(url)) return readUrl(url, plain) ?? { wrong: 'url', expected: SERVER };
  if (isSet(sentinels)) {
    const nodes = readAddresses(sentinels);
    if (nodes === undefined || !isSet(service)) return { wrong: 'sentinel_nodes', expected: 'a list of [host, port], and service_name' };
    return { ...plain, ...nodes[0], sentinels: { nodes, service, ...(isSet(password) && { password }) } };
  }
  return plain.host === '' ? { wrong: 'host', expected: SERVER } : plain;
}

/** A server from its members. Without a host, its host is empty. */
function toServer({ host, port, username, password, ssl, db, namespace, socket_timeout: timeout }: ParsedRedis): RedisSettings {
  return {
    host: host ?? '',
    port: port ?? PORT,
    tls: ssl === true,
    ...(isSet(username) && { username }),
    ...(isSet(password) && { password }),
    database: db ?? 0,
    ...(isSet(namespace) && { namespace }),
    timeoutMs: (timeout ?? TIMEOUT_SECONDS) * 1000,
  };
}

/** A URL is complete: password and database are its own. out: undefined when it is malformed. */
function readUrl(url: string, { namespace, timeoutMs }: RedisSettings): RedisSettings | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  if ((protocol !== 'redis:' && protocol !== 'rediss:') || hostname === '') return undefined;
  const database = Number(pathname.slice(1));
  return {
    host: hostname.replaceAll(/^\[|\]$/gu, ''),
    port: port === '' ? PORT : Number(port),
    tls: protocol === 'rediss:',
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    database: Number.isInteger(database) ? database : 0,
    ...(namespace !== undefined && { namespace }),
    timeoutMs,
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

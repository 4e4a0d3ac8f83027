import { isObject } from '@stagegate/core-transforms';
import type { CacheServer, CachingSettings, ManagedCall } from '../../ports/index.ts';
import type { ManagementParts, StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { Refusal, refuseInDetail } from '../refusal.ts';

const NO_CACHE = '503: Cache not initialized. litellm.cache is None';

/** GET /cache/ping */
export async function pingCache({ config: { caching }, cache }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  if (caching === undefined || cache === undefined) throw unwell('Cache not initialized. litellm.cache is None', '{}');
  const params = showParams(caching);
  const { server } = cache;
  const lead = { status: 'healthy', cache_type: typeOf(caching) };
  if (server === undefined) {
    return { ...lead, ping_response: null, set_cache_response: null, litellm_cache_params: params, health_check_cache_params: null };
  }
  const pong = await server.ping();
  if (!pong.ok) throw unwell('Service Unhealthy', params);
  return { ...lead, ping_response: true, set_cache_response: null, litellm_cache_params: params, health_check_cache_params: null };
}

/** GET /cache/settings: the cache as the config file has it, without secrets. Lists no fields, because none can be set over HTTP. */
export async function showCacheSettings({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { litellm_settings: settings } = config.shown;
  const params = isObject(settings) ? settings['cache_params'] : undefined;
  return { fields: [], current_values: isObject(params) ? params : {}, redis_type_descriptions: {} };
}

/** POST /cache/settings: refused. A cache is a host to connect to, which only the config file may name. */
export async function updateCacheSettings({ config }: StoredParts, { body }: ManagedCall): Promise<never> {
  readFields(body, { cache_settings: 'object!' });
  if (!config.database.storesModels) {
    throw refuseInDetail(500, { error: "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature." });
  }
  throw refuseInDetail(400, { error: 'The cache is the one of the config file: set litellm_settings.cache_params there.' });
}

/**
 * POST /cache/settings/test: tests the cache that is configured. A cache named in the call is never contacted: callers must not be able to
 * probe the gateway's network.
 */
export async function testCacheSettings({ config, cache }: ManagementParts, { body }: ManagedCall): Promise<unknown> {
  const { cache_settings: sent } = readFields(body, { cache_settings: 'object!' });
  const { litellm_settings: settings } = config.shown;
  const known = isObject(settings) && isObject(settings['cache_params']) ? settings['cache_params'] : {};
  const other = Object.entries(isObject(sent) ? sent : {}).find(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name]));
  if (other !== undefined) return failedTest(`Only the cache of the config file is asked: ${other[0]} is not what it says.`);
  const server = cache?.server;
  if (server === undefined) return failedTest('Only Redis cache type is currently supported for testing');
  const pong = await server.ping();
  return pong.ok ? { status: 'success', message: 'Redis connection test successful', error: null } : failedTest('Redis does not answer.');
}

function failedTest(message: string): object {
  return { status: 'failed', message: `Cache connection test failed: ${message}`, error: message };
}

/** POST /cache/delete */
export async function deleteFromCache(parts: ManagementParts, { body }: ManagedCall): Promise<unknown> {
  const server = serverOf(parts, 'deleting a key. only `redis` is supported', 500, 'Cache Delete Failed');
  const { keys } = body;
  if (!Array.isArray(keys) || keys.length === 0) throw refuseInDetail(500, 'Cache Delete Failed(keys must be a list of cache keys)');
  const removed = await server.remove(keys.map(String));
  if (!removed.ok) throw refuseInDetail(500, `Cache Delete Failed(${removed.why})`);
  return { status: 'success' };
}

/** POST /cache/flushall */
export async function clearCache(parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const cleared = await serverOf(parts, 'flushing', 503, 'Service Unhealthy ').clear();
  if (!cleared.ok) throw refuseInDetail(503, `Service Unhealthy (${cleared.why})`);
  return { status: 'success' };
}

/** GET /cache/redis/info */
export async function showCacheServer(parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const shown = await serverOf(parts, 'redis info', 503, 'Service Unhealthy ').info();
  if (!shown.ok) throw refuseInDetail(503, `Service Unhealthy (${shown.why})`);
  const clients = linesOf(shown.value.clients).map((line) => Object.fromEntries(line.split(' ').map((pair) => split(pair, '='))));
  const info = Object.fromEntries(linesOf(shown.value.info).map((line) => split(line, ':')));
  return {
    num_clients: clients.length,
    clients,
    info: Object.fromEntries(Object.entries(info).map(([name, text]) => [name, toValue(text)])),
  };
}

/** The cache's server, or a refusal: as in the reference, an in-memory cache has none of these routes. */
function serverOf({ config: { caching }, cache }: ManagementParts, what: string, status: number, lead: string): CacheServer {
  if (caching === undefined || cache === undefined) throw refuseInDetail(status, `${lead}(${NO_CACHE})`);
  if (cache.server !== undefined) return cache.server;
  throw refuseInDetail(status, `${lead}(500: Cache type ${typeOf(caching)} does not support ${what})`);
}

function typeOf({ kind }: CachingSettings): string {
  return kind === 'memory' ? 'local' : kind;
}

/** The cache's parameters as the reference has them: a JSON text within the JSON. Without host and password. */
function showParams(caching: CachingSettings): string {
  const { optIn, ttlSeconds, namespace = null, messagesMax = null } = caching;
  const mode = optIn ? 'default_off' : 'default_on';
  return JSON.stringify({ type: typeOf(caching), namespace, ttl: ttlSeconds, mode, max_messages: messagesMax });
}

function unwell(message: string, params: string): Refusal {
  const text = JSON.stringify({ message, litellm_cache_params: params, health_check_cache_params: '{}' });
  return new Refusal(503, message, { error: { message: text, type: 'cache_ping_error', param: 'cache_ping', code: '503' } });
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#'));
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Numbers as numbers, `keys=1,expires=0` as a mapping, anything else as it is. */
function toValue(text: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/u.test(text)) return Number(text);
  if (!/^\w+=[^,]*(?:,\w+=[^,]*)*$/u.test(text)) return text;
  return Object.fromEntries(
    text
      .split(',')
      .map((pair) => split(pair, '='))
      .map(([name, value]) => [name, toValue(value)]),
  );
}

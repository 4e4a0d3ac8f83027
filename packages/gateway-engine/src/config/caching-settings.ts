import { pythonStr, type DialectId } from '@stagegate/core-transforms';
import type { CachingSettings } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { ParsedCache, ParsedConfig } from './parsed-config.ts';
import { findCache } from './redis-settings.ts';

// The reference's defaults, read off LiteLLM 1.106.2, caching/caching.py, in_memory_cache.py and redis_cache.py.
const MEMORY_TTL_SECONDS = 600;
const REDIS_TTL_SECONDS = 60;
const MESSAGES_MAX = 4;
/** Ours: the reference counts entries, whatever their size. */
const BYTES_MAX = 64 * 1_048_576;

/** Which of `supported_call_types` lets a dialect's answers be kept. */
const CALL_TYPES: readonly (readonly [DialectId, readonly string[]])[] = [
  ['openai-chat', ['acompletion']],
  ['openai-completions', ['atext_completion']],
  ['openai-embeddings', ['aembedding']],
  ['anthropic-messages', ['anthropic_messages']],
  ['openai-responses', ['aresponses', 'responses']],
];

/** The cache that is asked for, resolved; no settings, and a warning, for a kind that is not built. */
export function toCaching(
  config: ParsedConfig,
  root: ConfigNode,
): { readonly caching: CachingSettings | undefined; readonly warnings: readonly ConfigIssue[] } {
  const asked = findCache(config);
  if (asked === undefined) return { caching: undefined, warnings: [] };
  const { type, members: params } = asked;
  if (type !== 'local' && type !== 'redis') {
    const issue = issueAt(root, [...asked.path, 'type'], 'local or redis', `"${type}", which keeps no answers here`);
    return { caching: undefined, warnings: [issue] };
  }
  const { litellm_settings: settings, router_settings: router } = config;
  const ofKind = type === 'redis' ? params.default_in_redis_ttl : params.default_in_memory_ttl;
  // `null` is said on purpose: none of them.
  const types = params.supported_call_types === null ? [] : params.supported_call_types;
  const caching: CachingSettings = {
    kind: type === 'redis' ? 'redis' : 'memory',
    reads: router?.cache_responses ?? true,
    groups: toGroups(router?.caching_groups ?? []),
    optIn: params.mode === 'default_off',
    ttlSeconds: ofKind ?? params.ttl ?? (type === 'redis' ? REDIS_TTL_SECONDS : MEMORY_TTL_SECONDS),
    namespace: params.namespace ?? undefined,
    dialects: new Set(CALL_TYPES.flatMap(([dialect, names]) => ((types?.some((name) => names.includes(name)) ?? true) ? [dialect] : []))),
    messagesMax: messagesMaxOf(params),
    providerParams: settings?.enable_caching_on_provider_specific_optional_params ?? false,
    bytesMax: params.max_bytes ?? BYTES_MAX,
  };
  return { caching, warnings: [] };
}

/** In keys a group that shares its answers stands as Python prints the list that it is in; of several lists, the first. */
function toGroups(lists: readonly (readonly unknown[])[]): ReadonlyMap<string, string> {
  const named = lists.flatMap((list) => {
    const key = pythonStr(JSON.stringify(list));
    return list.flatMap((group) => (typeof group === 'string' ? [[group, key] as const] : []));
  });
  return new Map(named.toReversed());
}

/** `null` is said on purpose: no limit. */
function messagesMaxOf(params: ParsedCache): number | undefined {
  return 'max_messages' in params ? (params.max_messages ?? undefined) : MESSAGES_MAX;
}

import type { DialectId } from '@stagegate/core-transforms';
import type { CachingSettings } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { ParsedCache, ParsedConfig } from './parsed-config.ts';

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

/** What kind of cache is asked for: Redis where nothing more is said of it, memory where something is, but no type. */
export function cacheTypeOf(settings: ParsedConfig['litellm_settings']): string | undefined {
  if (settings?.cache !== true) return undefined;
  const params = settings.cache_params ?? {};
  return Object.keys(params).length === 0 ? 'redis' : (params.type ?? 'local');
}

/** `litellm_settings.cache` and `cache_params`; no settings, and a warning, for a kind that is not built. */
export function toCaching(
  { litellm_settings: settings }: ParsedConfig,
  root: ConfigNode,
): { readonly caching: CachingSettings | undefined; readonly warnings: readonly ConfigIssue[] } {
  const type = cacheTypeOf(settings);
  const params = settings?.cache_params ?? {};
  if (type === undefined) return { caching: undefined, warnings: [] };
  if (type !== 'local' && type !== 'redis') {
    const issue = issueAt(root, ['litellm_settings', 'cache_params', 'type'], 'local or redis', `"${type}", which keeps no answers here`);
    return { caching: undefined, warnings: [issue] };
  }
  const ofKind = type === 'redis' ? params.default_in_redis_ttl : params.default_in_memory_ttl;
  const types = params.supported_call_types ?? undefined;
  const caching: CachingSettings = {
    kind: type === 'redis' ? 'redis' : 'memory',
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

/** `null` is said on purpose: no limit. */
function messagesMaxOf(params: ParsedCache): number | undefined {
  return 'max_messages' in params ? (params.max_messages ?? undefined) : MESSAGES_MAX;
}

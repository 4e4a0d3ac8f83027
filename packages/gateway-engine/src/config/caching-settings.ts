import { pythonStr, type DialectId } from '@stagegate/core-transforms';
import type { CachingSettings, S3Settings } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { words } from './known-keys.ts';
import type { ParsedCache, ParsedConfig } from './parsed-config.ts';
import { findCache } from './redis-settings.ts';

// The reference's defaults, read off LiteLLM 1.106.2, caching/caching.py, in_memory_cache.py and redis_cache.py.
const TTL_SECONDS = { memory: 600, redis: 60, s3: 31_536_000 } as const;
const MESSAGES_MAX = 4;
/** Ours: the reference limits the number of entries, whatever their size. */
const BYTES_MAX = 64 * 1_048_576;

const KINDS: ReadonlyMap<string, CachingSettings['kind']> = new Map([
  ['local', 'memory'],
  ['redis', 'redis'],
  ['s3', 's3'],
]);

/** Which names in `supported_call_types` turn caching on for a dialect. */
const CALL_TYPES: readonly (readonly [DialectId, readonly string[]])[] = [
  ['openai-chat', ['acompletion']],
  ['openai-completions', ['atext_completion']],
  ['openai-embeddings', ['aembedding']],
  ['anthropic-messages', ['anthropic_messages']],
  ['openai-responses', ['aresponses', 'responses']],
];

/** Every name that `supported_call_types` may hold, including those of routes that are not cached here. */
const KNOWN_TYPES = words(`
  completion acompletion embedding aembedding transcription atranscription text_completion atext_completion rerank arerank responses
  aresponses anthropic_messages aanthropic_messages
`);

/** The settings of the cache that is asked for; none, and a warning, for a kind that is not built. */
export function toCaching(
  config: ParsedConfig,
  root: ConfigNode,
): { readonly caching: CachingSettings | undefined; readonly warnings: readonly ConfigIssue[] } {
  const asked = findCache(config);
  if (asked === undefined) return { caching: undefined, warnings: [] };
  const { type, members: params } = asked;
  const kind = KINDS.get(type);
  if (kind === undefined) {
    const issue = issueAt(root, [...asked.path, 'type'], [...KINDS.keys()].join(', '), `"${type}", which keeps no answers here`);
    return { caching: undefined, warnings: [issue] };
  }
  const s3 = kind === 's3' ? toS3(params) : undefined;
  if (kind === 's3' && s3 === undefined) {
    return { caching: undefined, warnings: [issueAt(root, [...asked.path, 's3_bucket_name'], 'the name of a bucket')] };
  }
  const { litellm_settings: settings, router_settings: router } = config;
  const ofKind = { redis: params.default_in_redis_ttl, memory: params.default_in_memory_ttl, s3: undefined }[kind];
  // `null` is said on purpose: none of them.
  const types = params.supported_call_types === null ? [] : params.supported_call_types;
  const caching: CachingSettings = {
    kind,
    ...(s3 !== undefined && { s3 }),
    reads: router?.cache_responses ?? true,
    groups: toGroups(router?.caching_groups ?? []),
    optIn: params.mode === 'default_off',
    ttlSeconds: ofKind ?? params.ttl ?? TTL_SECONDS[kind],
    namespace: params.namespace ?? undefined,
    dialects: new Set(CALL_TYPES.flatMap(([dialect, names]) => ((types?.some((name) => names.includes(name)) ?? true) ? [dialect] : []))),
    messagesMax: messagesMaxOf(params),
    providerParams: settings?.enable_caching_on_provider_specific_optional_params ?? false,
    bytesMax: params.max_bytes ?? BYTES_MAX,
  };
  const warnings = (types ?? []).flatMap((name, index) =>
    KNOWN_TYPES.has(name)
      ? []
      : [issueAt(root, [...asked.path, 'supported_call_types', index], [...KNOWN_TYPES].join(', '), `"${name}", which is no call`)],
  );
  return { caching, warnings };
}

/** Undefined without a bucket. */
function toS3(params: ParsedCache): S3Settings | undefined {
  const { s3_bucket_name: bucket, s3_path: path } = params;
  if (bucket === undefined || bucket === null || bucket === '') return undefined;
  const credentials = {
    aws_access_key_id: params.s3_aws_access_key_id,
    aws_secret_access_key: params.s3_aws_secret_access_key,
    aws_session_token: params.s3_aws_session_token,
  };
  return {
    bucket,
    region: params.s3_region_name ?? undefined,
    endpoint: params.s3_endpoint_url?.replace(/\/+$/u, ''),
    ...(params.s3_use_ssl === false && { plain: true }),
    prefix: path === undefined || path === null || path === '' ? '' : `${path.replace(/\/+$/u, '')}/`,
    credentials: Object.fromEntries(Object.entries(credentials).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

/** The name of a sharing group in keys is the list that it is in, as Python prints it; of several lists, the first. */
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

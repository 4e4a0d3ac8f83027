import { readKeyUsage, type KeysWanted, type KeyUsage } from '../../store/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { ask, type Handler, type StoredParts } from '../parts.ts';
import { readCount, readFlag } from '../read-query.ts';
import { refuseInvalid } from '../refusal.ts';
import { NOBODYS_KEY, toMetrics } from './activity-answer.ts';
import { customerScope, organizationScope, tagScope, teamScope, userScope, type FindActivityScope } from './activity-scope.ts';
import { keyFacts, toFilter } from './daily-activity.ts';

/** The kinds of owners whose days can be listed, and how the scope of each is found. */
export const SCOPES = {
  user: userScope,
  team: teamScope,
  organization: organizationScope,
  customer: customerScope,
  tag: tagScope,
} as const;

/** A kind of owner. */
export type UsageOf = keyof typeof SCOPES;

const MOST = 100;

/** GET /…/daily/activity/aggregated/keys: keys by spend, by offset and limit. */
export function listUsedKeys(of: UsageOf): Handler<StoredParts> {
  return async (parts, call) => {
    const offset = readCount(call.query, 'offset', { absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
    const limit = readCount(call.query, 'limit', { absent: 50, min: 1, max: MOST });
    const { keys, total } = await usage(parts, call, SCOPES[of], { by: 'spend' }, { offset, limit });
    return { api_keys: keys.map((key) => ({ ...key, metrics: toKeyMetrics(key.metrics) })), total_api_keys: total, offset, limit };
  };
}

/** GET /…/daily/activity/aggregated/search */
export function searchUsedKeys(of: UsageOf): Handler<StoredParts> {
  return async (parts, call) => {
    const wanted = { by: 'text', text: readRequired(call.query, 'search') } as const;
    return { api_keys: (await usage(parts, call, SCOPES[of], wanted, readLimit(call.query, MOST))).keys };
  };
}

/** GET /…/daily/activity/aggregated/model_top_keys */
export function listKeysOfModel(of: UsageOf): Handler<StoredParts> {
  return async (parts, call) => {
    const model = readRequired(call.query, 'model_group');
    const isGroup = !call.query.has('by_model_group') || readFlag(call.query, 'by_model_group');
    const { keys } = await usage(parts, call, SCOPES[of], { by: 'model', model, isGroup }, readLimit(call.query, 5));
    return { model, by_model_group: isGroup, api_keys: keys.map((key) => ({ ...key, metrics: toKeyMetrics(key.metrics) })) };
  };
}

/** GET /user/daily/activity/aggregated/cache_leakage_keys */
export function listUncachedKeys(of: UsageOf): Handler<StoredParts> {
  return async (parts, call) => {
    const { keys } = await usage(parts, call, SCOPES[of], { by: 'uncached' }, readLimit(call.query, 20));
    return { api_keys: keys.map((key) => ({ ...key, metrics: toKeyMetrics(key.metrics) })) };
  };
}

type Metrics = ReturnType<typeof toMetrics>;

interface ShownKeys {
  readonly keys: readonly { readonly api_key: string; readonly metrics: Metrics; readonly metadata: object }[];
  readonly total: number;
}

async function usage(
  parts: StoredParts,
  call: ManagedCall,
  findScope: FindActivityScope,
  wanted: KeysWanted,
  cut: { readonly offset: number; readonly limit: number },
): Promise<ShownKeys> {
  const { filter } = await toFilter(parts, call, findScope, true);
  return ask(parts, async (database) => {
    const { keys, total } = await readKeyUsage(database, filter, wanted, cut);
    const facts = await keyFacts(
      database,
      keys.map(({ api_key: key }) => key),
    );
    return {
      total,
      keys: keys.map((row: KeyUsage) => ({
        api_key: row.api_key,
        metrics: toMetrics(row),
        metadata: facts.get(row.api_key) ?? NOBODYS_KEY,
      })),
    };
  });
}

/** The sums that a list of keys shows. */
const KEY_SUMS = [
  'spend',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'api_requests',
  'successful_requests',
  'failed_requests',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

function toKeyMetrics(metrics: Metrics): Metrics {
  return Object.fromEntries(KEY_SUMS.map((name) => [name, metrics[name] ?? 0]));
}

function readLimit(query: URLSearchParams, absent: number): { readonly offset: number; readonly limit: number } {
  return { offset: 0, limit: readCount(query, 'limit', { absent, min: 1, max: MOST }) };
}

function readRequired(query: URLSearchParams, name: string): string {
  const text = query.get(name);
  if (text === null) throw refuseInvalid([{ type: 'missing', loc: ['query', name], msg: 'Field required' }]);
  if (text !== '') return text;
  throw refuseInvalid([{ type: 'string_too_short', loc: ['query', name], msg: 'String should have at least 1 character' }]);
}

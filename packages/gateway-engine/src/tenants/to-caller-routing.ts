import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { toPolicy } from '../config/to-router.ts';
import type { CallerRouting } from '../ports/index.ts';
import type { KeyRows } from '../store/index.ts';
import { toObject } from './to-object.ts';

const FALLBACKS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/**
 * What a key's rows tell the router; undefined where they say nothing. The team's settings count where the key has none at all.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py and proxy_server.py `_get_hierarchical_router_settings`.
 */
export function toCallerRouting({ key, team, project }: KeyRows): CallerRouting | undefined {
  const metadata = toObject(key.metadata);
  const settings = routerSettings({ key, team });
  const ofAll = [metadata, toObject(team?.metadata), toObject(project?.metadata)].flatMap(({ tags }) => toTexts(tags));
  const off = metadata['disable_fallbacks'];
  const fallbacksOff = typeof off === 'boolean' ? off : undefined;
  if (ofAll.length === 0 && fallbacksOff === undefined && Object.keys(settings).length === 0) return undefined;
  return {
    tags: [...new Set(ofAll)],
    settings,
    namesFallbacks: FALLBACKS.some((name) => settings[name] !== undefined),
    fallbacksOff,
    tagFiltering: settings['enable_tag_filtering'] === true,
    groupRetryPolicies: toPolicies(settings['model_group_retry_policy']),
    weights: toWeights(settings['weights']),
  };
}

/** The `model_group_alias` of the same settings; undefined where there is none. */
export function toRouterAliases(rows: Pick<KeyRows, 'key' | 'team'>): Readonly<Record<string, string>> | undefined {
  const aliases = routerSettings(rows)['model_group_alias'];
  if (!isObject(aliases)) return undefined;
  const named = Object.entries(aliases).flatMap(([name, entry]) => {
    const target = isObject(entry) ? entry['model'] : entry;
    return typeof target === 'string' && target !== '' ? [[name, target] as const] : [];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

function routerSettings({ key, team }: Pick<KeyRows, 'key' | 'team'>): JsonObject {
  const own = toObject(key.router_settings);
  return Object.keys(own).length > 0 ? own : toObject(team?.router_settings);
}

function toPolicies(value: JsonValue | undefined): CallerRouting['groupRetryPolicies'] {
  if (!isObject(value)) return undefined;
  return new Map(
    Object.entries(value).flatMap(([group, counts]) => {
      const policy = isObject(counts) ? toPolicy(numbersOf(counts), 'Retries') : undefined;
      return policy === undefined ? [] : [[group, policy] as const];
    }),
  );
}

/** Weights without a deployment, or that are not numbers, are dropped. */
function toWeights(value: JsonValue | undefined): CallerRouting['weights'] {
  if (!isObject(value)) return undefined;
  const groups = Object.entries(value).flatMap(([group, shares]) => {
    const numbers = isObject(shares) ? numbersOf(shares) : {};
    const known = Object.entries(numbers).filter(([, share]) => Number.isFinite(share) && share > 0);
    return known.length === 0 ? [] : [[group, new Map(known)] as const];
  });
  return groups.length === 0 ? undefined : new Map(groups);
}

function numbersOf(object: JsonObject): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function toTexts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

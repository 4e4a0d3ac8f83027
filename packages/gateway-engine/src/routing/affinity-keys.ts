import type { JsonObject } from '@stagegate/core-transforms';
import type { RouterSettings, RoutingCheck } from '../ports/index.ts';
import type { HeaderView } from './header-view.ts';
import type { PickRequest } from './pick-deployment.ts';
import { promptKeys } from './prompt-keys.ts';

/** How long a deployment is remembered for a cached prompt. Source: LiteLLM 1.106.2, `PROMPT_CACHE_PIN_TTL_SECONDS`. */
const PROMPT_SECONDS = 300;

/**
 * The names under which a call's last deployment may be remembered, the most specific first. Source: LiteLLM 1.106.2,
 * deployment_affinity_check.py.
 */
export function affinityKeys(settings: RouterSettings, request: PickRequest): readonly string[] {
  const { checks, groupAffinities } = settings;
  if (checks.size === 0 && groupAffinities === undefined) return [];
  const prompts = checks.has('prompt_caching') ? promptKeys(request.body).map(promptKey) : [];
  return [...sessionKeys(settings, request), ...prompts, ...callerKeys(settings, request)];
}

/** The names under which a deployment is remembered once it has answered, and for how long. */
export function affinitiesToKeep(
  settings: RouterSettings,
  request: PickRequest,
): readonly { readonly key: string; readonly seconds: number }[] {
  const { checks, groupAffinities, affinitySeconds: seconds } = settings;
  if (checks.size === 0 && groupAffinities === undefined) return [];
  const [longest] = checks.has('prompt_caching') ? promptKeys(request.body) : [];
  const own = [...sessionKeys(settings, request), ...callerKeys(settings, request)].map((key) => ({ key, seconds }));
  return longest === undefined ? own : [...own, { key: promptKey(longest), seconds: PROMPT_SECONDS }];
}

function promptKey(digest: string): string {
  return JSON.stringify(['prompt', digest]);
}

function sessionKeys(settings: RouterSettings, { target, body, headers, callerKey = '' }: PickRequest): readonly string[] {
  const session = hasAffinity(settings, target.group, 'session_affinity') ? readSession(body, headers) : undefined;
  return session === undefined ? [] : [JSON.stringify(['session', target.group, session, callerKey])];
}

function callerKeys(settings: RouterSettings, { target, callerKey = '' }: PickRequest): readonly string[] {
  return callerKey !== '' && hasAffinity(settings, target.group, 'deployment_affinity')
    ? [JSON.stringify(['caller', target.group, callerKey])]
    : [];
}

/** Whether a group has a kind of affinity. A group with affinities of its own has only those. */
function hasAffinity({ checks, groupAffinities }: RouterSettings, group: string, check: RoutingCheck): boolean {
  return (groupAffinities?.get(group) ?? checks).has(check);
}

function readSession(body: JsonObject, headers: HeaderView): string | undefined {
  const { litellm_session_id: own, metadata, litellm_metadata: more } = body;
  const found = [headers.header('x-litellm-session-id'), own, memberOf(metadata, 'session_id'), memberOf(more, 'session_id')];
  return found.find((id): id is string => typeof id === 'string' && id !== '');
}

function memberOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Object.entries(holder).find(([key]) => key === name)?.[1] : undefined;
}

import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { matchesPattern } from '../text/index.ts';
import type { ParsedConfig } from './parsed-config.ts';

const LISTS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/**
 * Names in fallbacks, aliases and lists of groups that no group has. Otherwise they are noticed when a provider is down, or never.
 *
 * out: empty where models may come from a database, too.
 */
export function findLostGroups(config: ParsedConfig, root: ConfigNode): readonly ConfigIssue[] {
  const { router_settings: router, litellm_settings: litellm, general_settings: general } = config;
  if (general?.store_model_in_db === true || (config.model_list ?? []).length === 0) return [];
  const isKnown = knownGroups(config);
  const lost = (path: readonly (string | number)[], name: string): ConfigIssue[] =>
    isKnown(name) ? [] : [issueAt(root, path, 'a model group of this file', `"${name}"`)];
  const aliases = Object.entries(router?.model_group_alias ?? {}).flatMap(([alias, target]) =>
    lost(['router_settings', 'model_group_alias', alias], typeof target === 'string' ? target : target.model),
  );
  const ofLists = LISTS.flatMap((list) => {
    const section = (router?.[list] ?? undefined) === undefined ? 'litellm_settings' : 'router_settings';
    return (router?.[list] ?? litellm?.[list] ?? []).flatMap((entry, index) =>
      Object.entries(entry).flatMap(([group, targets]) => [
        ...(group === '*' ? [] : lost([section, list, index, group], group)),
        ...targets.flatMap((target, at) => (typeof target === 'string' ? lost([section, list, index, group, at], target) : [])),
      ]),
    );
  });
  return [...aliases, ...ofLists, ...namedGroups(config).flatMap(({ path, name }) => lost(path, name))];
}

/** Where settings are for some groups alone. */
function namedGroups({ router_settings: router, general_settings: general }: ParsedConfig): readonly NamedGroup[] {
  const keys = (name: 'model_group_retry_policy' | 'model_group_affinity_config'): NamedGroup[] =>
    Object.keys(router?.[name] ?? {}).map((group) => ({ path: ['router_settings', name, group], name: group }));
  const health = 'background_health_check_model_groups';
  return [
    ...(router?.routing_groups ?? []).flatMap(({ models }, index) => list(['router_settings', 'routing_groups', index, 'models'], models)),
    ...keys('model_group_retry_policy'),
    ...keys('model_group_affinity_config'),
    ...list(['general_settings', health], general?.[health]),
    ...list(['router_settings', health], router?.[health]),
    ...(router?.caching_groups ?? []).flatMap((names, index) => list(['router_settings', 'caching_groups', index], names)),
  ];
}

function list(path: readonly (string | number)[], names: readonly unknown[] | null | undefined): NamedGroup[] {
  return (names ?? []).flatMap((name, index) => (typeof name === 'string' ? [{ path: [...path, index], name }] : []));
}

interface NamedGroup {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** Whether a name is a group, matches a pattern, or is an alias or a deployment's id. */
function knownGroups({ model_list: rows, router_settings: router }: ParsedConfig): (name: string) => boolean {
  const groups = (rows ?? []).flatMap((row) => (row === null ? [] : [row.model_name]));
  const ids = (rows ?? []).flatMap((row) => (typeof row?.model_info?.id === 'string' ? [row.model_info.id] : []));
  const routed = (router?.routing_groups ?? []).map(({ group_name: name }) => name);
  const names = new Set([...groups, ...ids, ...routed, ...Object.keys(router?.model_group_alias ?? {})]);
  const patterns = groups.filter((name) => name.includes('*'));
  return (name) => names.has(name) || patterns.some((pattern) => matchesPattern(pattern, name));
}

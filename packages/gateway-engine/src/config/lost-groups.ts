import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { matchesPattern } from '../text/index.ts';
import type { ParsedConfig } from './parsed-config.ts';

const LISTS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/**
 * Names of model groups, in fallbacks and aliases, that nobody has: found when a provider is down, else.
 *
 * out: nothing where models may come from a database, too.
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
  return [...aliases, ...ofLists];
}

/** A group by its name, a pattern that fits, an alias, or a deployment's id. */
function knownGroups({ model_list: rows, router_settings: router }: ParsedConfig): (name: string) => boolean {
  const groups = (rows ?? []).flatMap((row) => (row === null ? [] : [row.model_name]));
  const ids = (rows ?? []).flatMap((row) => (typeof row?.model_info?.id === 'string' ? [row.model_info.id] : []));
  const names = new Set([...groups, ...ids, ...Object.keys(router?.model_group_alias ?? {})]);
  const patterns = groups.filter((name) => name.includes('*'));
  return (name) => names.has(name) || patterns.some((pattern) => matchesPattern(pattern, name));
}

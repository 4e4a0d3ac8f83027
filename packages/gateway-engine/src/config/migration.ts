import type { Deployment, Migration, MigrationRule } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { ParsedConfig, ParsedMigration, ParsedRule } from './parsed-config.ts';
import type { MissingSetting } from './protecting-settings.ts';

/** The `migration:` block as the front reads it, and what is wrong with it beyond its shape. */
export function toMigration(
  parsed: ParsedMigration | undefined,
  root: ConfigNode,
): { readonly migration: Migration; readonly issues: readonly ConfigIssue[] } {
  const rules = (parsed?.rules ?? []).map(toRule);
  const referenceUrl = parsed?.reference_url?.replace(/\/+$/u, '');
  const migration: Migration = { referenceUrl, rules, defaultLane: parsed?.default?.lane ?? 'hono' };
  return { migration, issues: [...findDuplicates(rules, root), ...findLostReferences(migration, root)] };
}

function toRule({ name, match, lane, candidate }: ParsedRule): MigrationRule {
  const { route, provider, model, stream } = match;
  return {
    name: name ?? slugOf([route, provider, model, stream === undefined ? undefined : stream ? 'stream' : 'no-stream']),
    match: {
      ...(route !== undefined && { route }),
      ...(provider !== undefined && { provider }),
      ...(model !== undefined && { model }),
      ...(stream !== undefined && { stream }),
    },
    lane,
    ...(candidate !== undefined && { candidate }),
  };
}

/** A rule's name from its match: `/v1/ocr` of mistral is `v1-ocr-mistral`. */
function slugOf(parts: readonly (string | undefined)[]): string {
  const slug = parts
    .filter((part) => part !== undefined)
    .join('-')
    .toLowerCase()
    .replaceAll('*', 'any')
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
  return slug === '' ? 'all' : slug;
}

function findDuplicates(rules: readonly MigrationRule[], root: ConfigNode): ConfigIssue[] {
  return rules.flatMap(({ name }, index) => {
    const first = rules.findIndex((rule) => rule.name === name);
    if (first === index) return [];
    return [issueAt(root, ['migration', 'rules', index], `a name of its own`, `"${name}", as rules[${first}] has it`)];
  });
}

/**
 * With a reference, what is guarded by a setting we lack is the reference's: rules that come before all others and name every way
 * to ask for a guarded deployment (group, alias, id, underlying name). Without a reference nothing changes: `serve` stops.
 */
export function withGuardRules(
  migration: Migration,
  missing: readonly MissingSetting[],
  deployments: readonly Deployment[],
  config: ParsedConfig,
): Migration {
  if (migration.referenceUrl === undefined) return migration;
  const everything = missing.find(({ modelGroup }) => modelGroup === undefined);
  if (everything !== undefined)
    return { ...migration, rules: [{ name: `guard-${slugOf([everything.name])}`, match: {}, lane: 'reference' }, ...migration.rules] };
  const groups = new Set(missing.flatMap(({ modelGroup }) => (modelGroup === undefined ? [] : [modelGroup])));
  const aliases = Object.entries(config.router_settings?.model_group_alias ?? {})
    .filter(([, target]) => groups.has(typeof target === 'string' ? target : target.model))
    .map(([alias]) => alias);
  const rows = deployments.filter(({ modelGroup }) => groups.has(modelGroup));
  const names = new Set([...aliases, ...groups, ...rows.flatMap(({ id, underlyingModel }) => [id, underlyingModel])]);
  const rules = [...names].map((model, index): MigrationRule => ({
    name: `guard-${index + 1}-${slugOf([model])}`,
    match: { model },
    lane: 'reference',
  }));
  return { ...migration, rules: [...rules, ...migration.rules] };
}

/** A lane that relays needs somewhere to relay to. */
function findLostReferences({ referenceUrl, rules, defaultLane }: Migration, root: ConfigNode): ConfigIssue[] {
  if (referenceUrl !== undefined) return [];
  const expected = 'a reference_url for lane "reference"';
  const lost = rules.flatMap(({ lane, candidate }, index) => [
    ...(lane === 'reference' ? [['migration', 'rules', index, 'lane']] : []),
    ...(candidate?.lane === 'reference' ? [['migration', 'rules', index, 'candidate', 'lane']] : []),
  ]);
  const paths = defaultLane === 'reference' ? [...lost, ['migration', 'default', 'lane']] : lost;
  return paths.map((path) => issueAt(root, path, expected, 'none'));
}

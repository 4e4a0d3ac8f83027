import type { Migration, MigrationRule } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { ParsedMigration, ParsedRule } from './parsed-config.ts';

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

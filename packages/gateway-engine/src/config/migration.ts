import { DEFAULT_RULE, type Migration, type MigrationRule } from '../ports/index.ts';
import type { RecordSettings } from '../record/create-recorder.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import type { ParsedMigration, ParsedRule } from './parsed-config.ts';
import { isProvider } from './resolve-provider.ts';

/** The `migration:` block as the front reads it, and what is wrong with it beyond its shape. */
export function toMigration(
  parsed: ParsedMigration | undefined,
  root: ConfigNode,
): { readonly migration: Migration; readonly record: RecordSettings | undefined; readonly issues: readonly ConfigIssue[] } {
  const numbered = (parsed?.rules ?? []).flatMap((rule, index) => (rule === null ? [] : [{ index, rule: toRule(rule) }]));
  const referenceUrl = parsed?.reference_url?.replace(/\/+$/u, '');
  const rules = numbered.map(({ rule }) => rule);
  const migration: Migration = { referenceUrl, rules, defaultLane: parsed?.default?.lane ?? 'hono' };
  return {
    migration,
    record: toRecordSettings(parsed?.record),
    issues: [
      ...findDuplicates(numbered, root),
      ...findStrangers(numbered, root),
      ...findIdleGates(numbered, root),
      ...findLostReferences(migration, numbered, root),
    ],
  };
}

function toRecordSettings(parsed: ParsedMigration['record']): RecordSettings | undefined {
  if (parsed === null || parsed === undefined) return undefined;
  const { dir, sample, max_bytes: bytesMax, redact, content } = parsed;
  return { dir, sample, bytesMax, redact, content };
}

/** A rule and its place in the list. */
interface NumberedRule {
  readonly index: number;
  readonly rule: MigrationRule;
}

function toRule({ name, match, lane, candidate, gate }: ParsedRule): MigrationRule {
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
    ...(candidate !== undefined && { candidate: { ...candidate, percent: candidate.percent ?? 0 } }),
    ...(gate !== undefined && { gate }),
  };
}

/** A rule's name, made of its match: `/v1/ocr` of mistral becomes `v1-ocr-mistral`. */
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

function findDuplicates(numbered: readonly NumberedRule[], root: ConfigNode): ConfigIssue[] {
  return numbered.flatMap(({ index, rule: { name } }) => {
    const first = numbered.find(({ rule }) => rule.name === name);
    const isFirst = first === undefined || first.index === index;
    if (isFirst && name !== DEFAULT_RULE) return [];
    const whose = isFirst ? 'which calls of no rule go by' : `as rules[${first.index}] has it`;
    return [issueAt(root, ['migration', 'rules', index], 'a name of its own', `"${name}", ${whose}`)];
  });
}

/** Rules for an unknown provider, which would never match. */
function findStrangers(numbered: readonly NumberedRule[], root: ConfigNode): ConfigIssue[] {
  return numbered.flatMap(({ index, rule: { match } }) =>
    match.provider === undefined || isProvider(match.provider)
      ? []
      : [issueAt(root, ['migration', 'rules', index, 'match', 'provider'], 'a provider id')],
  );
}

/** Candidates that change nothing, canaries without callers, gates that nothing passes: none of these can be intended. */
function findIdleGates(numbered: readonly NumberedRule[], root: ConfigNode): ConfigIssue[] {
  return numbered.flatMap(({ index, rule: { lane, candidate, gate } }) => {
    const at = ['migration', 'rules', index];
    if (candidate === undefined) return gate === undefined ? [] : [issueAt(root, [...at, 'gate'], 'a candidate beside the gate', 'none')];
    return [
      ...(candidate.lane === lane ? [issueAt(root, [...at, 'candidate', 'lane'], 'another lane than the one that serves')] : []),
      ...(candidate.mode === 'canary' && candidate.percent === 0
        ? [issueAt(root, [...at, 'candidate', 'percent'], 'how much of the callers a canary takes (a percent)')]
        : []),
    ];
  });
}

/** Rules for lane `reference` without a URL to relay to. */
function findLostReferences({ referenceUrl, defaultLane }: Migration, numbered: readonly NumberedRule[], root: ConfigNode): ConfigIssue[] {
  // A malformed URL has an issue of its own.
  if (referenceUrl !== undefined || nodeAt(root, ['migration', 'reference_url']) !== undefined) return [];
  const expected = 'a reference_url for lane "reference"';
  const lost = numbered.flatMap(({ index, rule: { lane, candidate } }) => [
    ...(lane === 'reference' ? [['migration', 'rules', index, 'lane']] : []),
    ...(candidate?.lane === 'reference' ? [['migration', 'rules', index, 'candidate', 'lane']] : []),
  ]);
  const paths = defaultLane === 'reference' ? [...lost, ['migration', 'default', 'lane']] : lost;
  return paths.map((path) => issueAt(root, path, expected, 'none'));
}

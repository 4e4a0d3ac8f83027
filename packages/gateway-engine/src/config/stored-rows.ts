import type { ConfigIssue } from './config-issue.ts';
import { type ConfigNode, fromPlain, itemsOf, membersOf } from './config-node.ts';
import { type Environment, resolveEnvRefs } from './env-refs.ts';
import type { MissingSetting } from './protecting-settings.ts';

/** Something to be added to the file's tree, as from the database: a row of a list, or settings of a section. */
export interface ExtraRow {
  readonly section:
    | 'model_list'
    | 'credential_list'
    | 'guardrails'
    | 'policies'
    | 'general_settings'
    | 'litellm_settings'
    | 'router_settings';
  /** Its name in messages, which differs from every file's name. */
  readonly name: string;
  readonly value: object;
}

/** Sections that a row is one of several in. */
const LISTS: ReadonlySet<string> = new Set(['model_list', 'credential_list', 'guardrails', 'policies']);

/** The file's tree with rows added behind its own, and with settings that it does not have: nothing in the file is overridden. */
export function withRows(root: ConfigNode, rows: readonly ExtraRow[], env: Environment): ConfigNode {
  if (rows.length === 0) return root;
  const members = new Map(membersOf(root));
  for (const { section, name, value } of rows) {
    const before = members.get(section);
    const added = fromPlain(value, { file: name, line: 0, column: 0 });
    const content = LISTS.has(section)
      ? [...(itemsOf(before) ?? []), withVariables(added, env)]
      : new Map([...(membersOf(resolveEnvRefs(added, env)) ?? []), ...(membersOf(before) ?? [])]);
    members.set(section, { place: before?.place ?? added.place, content });
  }
  return { place: root.place, content: members };
}

/** Members of a row whose texts may name variables, as LiteLLM has it: what a row is called, or says of itself, is shown to callers. */
const WITH_VARIABLES: ReadonlySet<string> = new Set(['litellm_params', 'credential_values']);

function withVariables(row: ConfigNode, env: Environment): ConfigNode {
  return mapMembers(row, (member, name) =>
    WITH_VARIABLES.has(name)
      ? mapMembers(member, (value) => (typeof value.content === 'string' ? resolveEnvRefs(value, env) : value))
      : member,
  );
}

function mapMembers(node: ConfigNode, map: (member: ConfigNode, name: string) => ConfigNode): ConfigNode {
  const members = membersOf(node);
  if (members === undefined) return node;
  return { place: node.place, content: new Map([...members].map(([name, member]) => [name, map(member, name)])) };
}

/**
 * Rows that must be left out for the others to be served: faulty ones, and deployments that ask for guards that are not built. Settings
 * that do so stay, and stop `serve` like those of the file.
 */
export function findBadRows(
  rows: readonly ExtraRow[],
  issues: readonly ConfigIssue[],
  missing: readonly MissingSetting[],
): ReadonlyMap<string, ConfigIssue> {
  const bad = new Map<string, ConfigIssue>();
  for (const { name, section } of rows) {
    const issue = issues.find(({ file }) => file === name);
    const guard = section === 'model_list' ? missing.find(({ place }) => place === name) : undefined;
    if (issue !== undefined) bad.set(name, issue);
    else if (guard !== undefined) {
      bad.set(name, { file: name, line: 0, column: 0, path: guard.path, expected: 'nothing that is not built yet', found: guard.name });
    }
  }
  return bad;
}

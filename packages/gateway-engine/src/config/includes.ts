import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ConfigIssue } from './config-issue.ts';
import { type ConfigNode, itemsOf, membersOf, type Place } from './config-node.ts';
import type { FileReader } from './read-files.ts';
import { readYaml } from './read-yaml.ts';

/** A config and everything it includes, as one tree. */
export interface MergedConfig {
  readonly root: ConfigNode;
  /** Absolute paths, the first file first. */
  readonly files: readonly string[];
  readonly errors: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

interface Pending {
  readonly entry: string;
  readonly declaredIn: string;
  readonly place: Place;
}

/**
 * Merges the files that `include` names, breadth first: lists are appended, any other value of an included file wins, and a file counts
 * once. A path is relative to the file that names it, else to the first file.
 *
 * source: LiteLLM 1.106.2, proxy/common_utils/config_includes.py.
 */
export function mergeIncludes(first: ConfigNode, firstFile: string, reader: FileReader): MergedConfig {
  const errors: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  const root = resolve(firstFile);
  const files = [root];
  let merged = membersOf(first) ?? new Map<string, ConfigNode>();
  const queue = pendingOf(merged, root, errors);
  for (let pending = queue.shift(); pending !== undefined; pending = queue.shift()) {
    const file = findIncluded(pending, root);
    if (files.includes(file)) continue;
    files.push(file);
    if (!existsSync(file)) {
      errors.push({ ...pending.place, path: 'include', expected: 'a file that exists', found: JSON.stringify(pending.entry) });
      continue;
    }
    const included = readYaml(reader.read(file), shownName(pending, first.place.file));
    errors.push(...included.errors);
    warnings.push(...included.warnings);
    const members = membersOf(included.root) ?? new Map<string, ConfigNode>();
    queue.push(...pendingOf(members, file, errors));
    merged = mergeMembers(merged, members);
  }
  const rest = new Map([...merged].filter(([key]) => key !== 'include'));
  return { root: { place: first.place, content: rest }, files, errors, warnings };
}

function pendingOf(members: ReadonlyMap<string, ConfigNode>, declaredIn: string, errors: ConfigIssue[]): Pending[] {
  const include = members.get('include');
  if (include === undefined || include.content === null) return [];
  const entries = itemsOf(include)?.flatMap(({ content, place }) =>
    typeof content === 'string' ? [{ entry: content, declaredIn, place }] : [],
  );
  if (entries !== undefined && entries.length === itemsOf(include)?.length) return entries;
  errors.push({
    ...include.place,
    path: 'include',
    expected: 'a list of file paths',
    found: entries === undefined ? 'something else' : 'an entry that is no text',
  });
  return [];
}

function findIncluded({ entry, declaredIn }: Pending, root: string): string {
  const beside = resolve(dirname(declaredIn), entry);
  const besideRoot = resolve(dirname(root), entry);
  return !existsSync(beside) && existsSync(besideRoot) ? besideRoot : beside;
}

/** The included file as the user would write it: a relative one beside the first file's name. */
function shownName({ entry }: Pending, firstName: string): string {
  const folder = dirname(firstName);
  return folder === '.' || entry.startsWith('/') ? entry : `${folder}/${entry}`;
}

function mergeMembers(base: ReadonlyMap<string, ConfigNode>, included: ReadonlyMap<string, ConfigNode>): ReadonlyMap<string, ConfigNode> {
  const merged = new Map(base);
  for (const [key, member] of included) {
    const before = itemsOf(merged.get(key));
    const added = itemsOf(member);
    merged.set(key, before !== undefined && added !== undefined ? { place: member.place, content: [...before, ...added] } : member);
  }
  return merged;
}

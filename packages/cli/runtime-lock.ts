import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Links = Readonly<Record<string, string | { readonly version: string }>>;
interface Node {
  readonly dependencies?: Links;
  readonly optionalDependencies?: Links;
}
interface Lockfile {
  readonly importers: Readonly<Record<string, Node>>;
  readonly snapshots?: Readonly<Record<string, Node>>;
  readonly packages?: Readonly<Record<string, { readonly resolution?: { readonly integrity?: string } }>>;
}

/**
 * The runtime part of a pnpm lockfile: what the workspace's packages need when they run, and what that needs in turn.
 *
 * out: one line per locked package, sorted: `name@version integrity`. The same for every platform.
 */
export function runtimeLock(lockfile: string, workspacePackages: readonly string[]): string {
  const { importers, snapshots = {}, packages = {} } = parse(readFileSync(lockfile, 'utf8')) as Lockfile;
  const reached = new Set(workspacePackages.flatMap((path) => keysOf(importers[path], snapshots)));
  for (const key of reached) for (const next of keysOf(snapshots[key], snapshots)) reached.add(next);
  const locked = [...reached].map((key) => key.replace(/\(.*$/su, ''));
  const lines = [...new Set(locked)].toSorted().map((name) => `${name} ${packages[name]?.resolution?.integrity ?? ''}\n`);
  return lines.join('');
}

/** Links inside the workspace are bundled, and so in the hash themselves. */
function keysOf(node: Node | undefined, snapshots: Readonly<Record<string, Node>>): string[] {
  return Object.entries({ ...node?.dependencies, ...node?.optionalDependencies }).flatMap(([name, link]) => {
    const version = typeof link === 'string' ? link : link.version;
    if (version.startsWith('link:')) return [];
    const key = `${name}@${version}`;
    if (Object.hasOwn(snapshots, key)) return [key];
    if (Object.hasOwn(snapshots, version)) return [version];
    throw new Error(`the lockfile has no ${key}`);
  });
}

import type { EngineError } from '../errors/index.ts';
import type { Grants } from '../ports/index.ts';
import { pythonList } from '../text/index.ts';
import { ROUTE_GROUPS } from './route-groups.data.ts';

const groups = new Map<string, (path: string) => boolean>();

/**
 * Whether a key's `allowed_routes` let a call in: undefined, or the refusal. An entry is a path, the beginning of one, a beginning with a
 * `*`, or the reference's name for a set of routes. An empty list allows every route of the caller's role.
 *
 * in: the path as the client wrote it. An entry for one name of a route does not allow its other names.
 */
export function refusePath({ allowedRoutes }: Grants, path: string): EngineError | undefined {
  if (allowedRoutes.length === 0 || allowedRoutes.some((entry) => covers(entry, path))) return undefined;
  const message =
    `Virtual key is not allowed to call this route. Only allowed to call routes: ${pythonList(allowedRoutes)}. ` +
    `Tried to call route: ${path}`;
  return { kind: 'route-denied', message };
}

/** Whether one entry of `allowed_routes` covers a path. */
export function covers(entry: string, path: string): boolean {
  if (path === entry || path.startsWith(`${entry}/`)) return true;
  if (entry.endsWith('*')) return path.startsWith(entry.slice(0, -1));
  return Object.hasOwn(ROUTE_GROUPS, entry) && groupOf(entry)(path);
}

/** Compiled when a key first names the group: most gateways never use one. */
function groupOf(name: string): (path: string) => boolean {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const made = compileGroup(name);
  groups.set(name, made);
  return made;
}

function compileGroup(name: string): (path: string) => boolean {
  const { groups: others = '', paths = '' } = ROUTE_GROUPS[name] ?? {};
  const parts = split(others).map(groupOf);
  const exact = new Set(split(paths).filter((path) => !/[{*]/u.test(path)));
  const patterns = split(paths)
    .filter((path) => /[{*]/u.test(path))
    .map(toPattern);
  return (path) => exact.has(path) || patterns.some((pattern) => pattern.test(path)) || parts.some((covered) => covered(path));
}

function split(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

/** A `:path` place ends before a verb of the path's own (`…:generateContent`); where there is none, it takes the rest. */
function toPattern(path: string): RegExp {
  const source = path
    .split(/(\{[^}]+\}|\*$)/u)
    .map((part, at) => {
      if (at % 2 === 0) return part.replace(/[.*+?^$()[\]\\|]/gu, String.raw`\$&`);
      if (part === '*') return String.raw`[\s\S]*`;
      if (!part.endsWith(':path}')) return '[^/]+';
      return path.slice(path.indexOf(part) + part.length).includes(':') ? '[^:]+' : String.raw`[\s\S]+`;
    })
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

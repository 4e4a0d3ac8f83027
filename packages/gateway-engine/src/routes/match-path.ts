import type { RouteContract } from './route-contract.ts';

/** What a method and a path lead to. */
export type RouteMatch =
  | { readonly kind: 'route'; readonly route: RouteContract; readonly pathModel: string | undefined }
  /** `allow`: the methods of that path, for the header of that name. */
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'unknown-path' };

/** Reads the model out of a path, percent-decoded; undefined for a path that names none. */
export type ReadPathModel = (path: string) => string | undefined;

const PLACE = /\{(\w+)(:path)?\}/gu;

/** Compiles the reader of `{model}` for one route's paths. */
export function compilePathModel(paths: readonly string[]): ReadPathModel {
  const patterns = paths.filter((path) => path.includes('{')).map(toPattern);
  if (patterns.length === 0) return () => undefined;
  return (path) => {
    for (const pattern of patterns) {
      const found = pattern.exec(path)?.groups?.['model'];
      if (found !== undefined) return decode(found);
    }
    return undefined;
  };
}

/** Compiles the reader of all places in one route's paths: their values by name, percent-decoded; undefined when no path fits. */
export function compilePlaces(paths: readonly string[]): (path: string) => Readonly<Record<string, string>> | undefined {
  const patterns = paths.map(toPattern);
  return (path) => {
    const found = patterns.map((pattern) => pattern.exec(path)).find((match) => match !== null);
    if (found === undefined) return undefined;
    return Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, text]) => [name, decode(text) ?? '']));
  };
}

/**
 * Compiles routes into one look-up, for shells without a router of their own, and to tell 404 from 405.
 *
 * cost: one map look-up for a plain path; else one regular expression per path with a place in it.
 */
export function compileRoutes(routes: readonly RouteContract[]): (method: string, path: string) => RouteMatch {
  const plain = new Map<string, RouteContract[]>();
  const patterns: { readonly pattern: RegExp; readonly route: RouteContract }[] = [];
  for (const route of routes) {
    for (const path of route.paths) {
      if (path.includes('{')) patterns.push({ pattern: toPattern(path), route });
      else plain.set(path, [...(plain.get(path) ?? []), route]);
    }
  }
  return (method, path) => {
    const found = plain.get(path)?.find((route) => route.method === method);
    if (found !== undefined) return { kind: 'route', route: found, pathModel: undefined };
    const placed = patterns.filter(({ pattern }) => pattern.test(path));
    const first = placed.find(({ route }) => route.method === method);
    if (first !== undefined) return { kind: 'route', route: first.route, pathModel: decode(first.pattern.exec(path)?.groups?.['model']) };
    const others = [...(plain.get(path) ?? []), ...placed.map(({ route }) => route)];
    if (others.length === 0) return { kind: 'unknown-path' };
    return { kind: 'wrong-method', allow: [...new Set(others.map((route) => route.method))].join(', ') };
  };
}

function toPattern(path: string): RegExp {
  const parts = path.split(PLACE);
  // `split` gives, in turn: literal, name, ':path' or undefined, literal, …
  let source = '';
  for (let at = 0; at < parts.length; at += 3) {
    source += literal(parts[at] ?? '');
    const name = parts[at + 1];
    if (name !== undefined) source += parts[at + 2] === undefined ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`;
  }
  return new RegExp(`^${source}$`, 'u');
}

function literal(text: string): string {
  return text.replace(/[.*+?^$()[\]\\|]/gu, String.raw`\$&`);
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

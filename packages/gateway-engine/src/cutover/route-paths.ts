/** What front needs of a route: which calls are its own, and where a model may stand in the path. */
export interface RoutePaths {
  readonly method: string;
  /** Public paths, aliases included; `{name}` stands for one segment, `{name:path}` for several. */
  readonly paths: readonly string[];
}

/** A path that was found among the routes. */
export interface FoundRoute {
  /** Every path of the route, the one as called among them. */
  readonly paths: readonly string[];
  /** The value of `{model}` in the path, percent-decoded. */
  readonly pathModel: string | undefined;
  readonly hasBody: boolean;
}

/** Finds the route of a call; undefined for one that no contract names. */
export type FindRoute = (method: string, path: string) => FoundRoute | undefined;

/**
 * Compiles the public paths into one look-up: a map for plain paths, patterns in order for those with parameters.
 *
 * cost: one map look-up for a plain path.
 */
export function compileRoutes(routes: readonly RoutePaths[]): FindRoute {
  const plain = new Map<string, FoundRoute>();
  const patterns: { readonly method: string; readonly regex: RegExp; readonly paths: readonly string[] }[] = [];
  for (const { method, paths } of routes) {
    for (const path of paths) {
      if (path.includes('{')) patterns.push({ method, regex: toRegex(path), paths });
      else plain.set(`${method} ${path}`, { paths, pathModel: undefined, hasBody: method !== 'GET' });
    }
  }
  return (method, path) => {
    const found = plain.get(`${method} ${path}`);
    if (found !== undefined) return found;
    for (const pattern of patterns) {
      const match = pattern.method === method ? pattern.regex.exec(path) : null;
      if (match === null) continue;
      return { paths: [path, ...pattern.paths], pathModel: decodeSegment(match.groups?.['model']), hasBody: method !== 'GET' };
    }
    return undefined;
  };
}

function toRegex(path: string): RegExp {
  const source = path.replace(/\{(\w+)(:path)?\}|[.*+?^$()[\]\\|]/gu, (found, name: string | undefined, deep: string | undefined) => {
    if (name === undefined) return `\\${found}`;
    return deep === undefined ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`;
  });
  return new RegExp(`^${source}$`, 'u');
}

function decodeSegment(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

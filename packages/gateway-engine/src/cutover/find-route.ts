import { compileRoutes, readResponsePath, responses, type RouteContract } from '../routes/index.ts';

/** What front needs of a route that it has found. */
export interface FoundRoute {
  /** Every path of the route, the one as called among them. */
  readonly paths: readonly string[];
  /** The model named by the path; it wins over the body's, as in the reference. */
  readonly pathModel: string | undefined;
  /** Whether a body can say more about the call. */
  readonly hasBody: boolean;
  /** The id of the kept response that the path names. */
  readonly responseId: string | undefined;
}

/** Compiles the look-up of a call's route; undefined for one that no contract names, or not with that method. */
export function compileFindRoute(routes: readonly RouteContract[]): (method: string, path: string) => FoundRoute | undefined {
  const match = compileRoutes(routes);
  const plain = new Map(routes.map((route) => [route, found(route, route.paths)]));
  return (method, path) => {
    const matched = match(method, path);
    if (matched.kind !== 'route') return undefined;
    const { route, pathModel } = matched;
    if (route.kind === 'call' && route.stored !== undefined) return foundStored(route, path);
    return pathModel === undefined ? plain.get(route) : { ...found(route, [path, ...route.paths]), pathModel };
  };
}

function found(route: RouteContract, paths: readonly string[]): FoundRoute {
  return { paths, pathModel: undefined, hasBody: route.kind === 'call', responseId: undefined };
}

/** Rules for the API hold for what it keeps too. */
function foundStored(route: RouteContract, path: string): FoundRoute {
  const paths = [path, ...route.paths, ...responses.paths];
  return { paths, pathModel: undefined, hasBody: false, responseId: readResponsePath(path) };
}

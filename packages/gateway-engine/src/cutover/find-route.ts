import { compileRoutes, readResponsePath, responses, type RouteContract } from '../routes/index.ts';

/** What the front needs to know of a route. */
export interface FoundRoute {
  /** All paths of the route, the called one included. */
  readonly paths: readonly string[];
  /** The model that the path names. It wins over the body's, as in the reference. */
  readonly pathModel: string | undefined;
  /** Whether the body can say more about the call. */
  readonly hasBody: boolean;
  /** The id of the stored response that the path names. */
  readonly responseId: string | undefined;
}

/** Compiles the look-up of a call's route; undefined for a path that no contract has, or not with that method. */
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

/** Rules for the responses API hold for stored responses, too. */
function foundStored(route: RouteContract, path: string): FoundRoute {
  const paths = [path, ...route.paths, ...responses.paths];
  return { paths, pathModel: undefined, hasBody: false, responseId: readResponsePath(path) };
}

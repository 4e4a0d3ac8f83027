import type { ManagedRoute, Management } from '../ports/index.ts';
import { compilePlaces, compileRoutes } from '../routes/index.ts';

/**
 * Makes the management API out of its routes.
 *
 * errors: throws at once for two routes with one method and path.
 * cost:   that of `compileRoutes`, and one regular expression for each path with placeholders.
 */
export function createManagement(routes: readonly ManagedRoute[]): Management {
  const match = compileRoutes(routes);
  const readers = new Map(routes.map((route) => [route.id, { route, read: compilePlaces(route.paths) }]));
  if (readers.size < routes.length) throw new Error('two managed routes have one id');
  return {
    routes,
    find: (method, path) => {
      const found = match(method, path);
      const known = found.kind === 'route' ? readers.get(found.route.id) : undefined;
      return known && { route: known.route, places: known.read(path) ?? {} };
    },
  };
}

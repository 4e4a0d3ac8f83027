import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { matchesPattern } from '@stagegate/gateway-engine/cutover';
import type { Wired } from '../wire.ts';

/** Migration rules that can have no effect, one sentence each, so that nobody waits for it. */
export function findIdleRules({ rules }: LoadedConfig['migration'], { onlyLane, routes }: Wired): readonly string[] {
  if (rules.length > 0 && onlyLane !== undefined) return [`lane ${onlyLane} serves alone: the migration rules are not looked at`];
  const paths = routes.flatMap((route) => route.paths);
  return rules.flatMap(({ name, lane, match: { route } }) =>
    lane === 'reference' || route === undefined || paths.some((path) => matchesPattern(route, path))
      ? []
      : [`migration rule "${name}": no lane but the reference has the route ${route}`],
  );
}

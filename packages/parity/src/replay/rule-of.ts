import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { compileFindRoute, matchRule, readFacts, type CallFacts } from '@stagegate/gateway-engine/cutover';
import { ROUTES } from '@stagegate/gateway-engine/routes';
import { compileModels } from '@stagegate/gateway-engine/routing';
import type { ReplayCall } from './replay-call.ts';

/** The rule of a call that no rule matches. */
export const DEFAULT_RULE = 'default';

/** Compiles the question which migration rule a call belongs to: the first that matches, else `default`. */
export function compileRuleOf(config: LoadedConfig): (call: ReplayCall) => Promise<string> {
  const { rules } = config.migration;
  if (rules.length === 0) return async () => DEFAULT_RULE;
  const findRoute = compileFindRoute(ROUTES);
  const models = { findDeployments: compileModels(config), referenceOnly: { everything: false, modelGroups: new Set<string>() } };
  return async ({ record: { client }, body }) => {
    const route = findRoute(client.method, client.path);
    const facts: Omit<CallFacts, 'caller'> = {
      paths: route?.paths ?? [client.path],
      routeKnown: route !== undefined,
      guards: 'none',
      body:
        route?.hasBody === true
          ? (await readFacts({ whole: true, bytes: body }, client.headers['content-type'], route.pathModel, models)).facts
          : { kind: 'none' },
    };
    return rules.find(({ match }) => matchRule(match, facts) === 'yes')?.name ?? DEFAULT_RULE;
  };
}

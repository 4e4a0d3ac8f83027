import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { describeCall, HeaderCaller, matchRule } from '@stagegate/gateway-engine/cutover';
import { DEFAULT_RULE } from '@stagegate/gateway-engine/ports';
import { compileFindResponse, compileModels, createResponseSeals } from '@stagegate/gateway-engine/routing';
import type { ReplayCall } from './replay-call.ts';

/** Compiles the question which migration rule a call belongs to: the first that matches, else `default`. */
export function compileRuleOf(config: LoadedConfig): (call: ReplayCall) => Promise<string> {
  const { rules } = config.migration;
  if (rules.length === 0) return async () => DEFAULT_RULE;
  // Whatever protection is not built: a rule's traffic is what it matches.
  const models = {
    findDeployments: compileModels(config),
    findResponse: compileFindResponse(config, createResponseSeals(config.saltKey ?? config.masterKey)),
    referenceOnly: { everything: false, modelGroups: new Set<string>() },
  };
  return async ({ record: { client }, body }) => {
    const { method, path } = client;
    const header = (name: string): string | undefined => client.headers[name];
    const facts = await describeCall({ method, path, header, body, caller: new HeaderCaller(header, undefined) }, models);
    return rules.find(({ match }) => matchRule(match, facts) === 'yes')?.name ?? DEFAULT_RULE;
  };
}

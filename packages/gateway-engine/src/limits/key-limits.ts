import type { Caller, GatewayConfig, KeyLimits } from '../ports/index.ts';
import type { FindDeployments } from '../routing/index.ts';

/** What the deployments of a group allow each key in a minute. */
export type FindKeyLimits = (group: string, caller: Caller) => KeyLimits;

/**
 * Compiles what deployments allow a key that has no limits on models of its own: the lowest limit in the group. Undefined where no
 * deployment limits keys.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_utils.py `_get_deployment_default_limit`.
 */
export function compileKeyLimits(config: Pick<GatewayConfig, 'deployments'>, findDeployments: FindDeployments): FindKeyLimits | undefined {
  if (config.deployments.every(({ keyLimits }) => keyLimits === undefined)) return undefined;
  return (group, caller) => {
    const limits = findDeployments(group, caller).map(({ keyLimits }) => keyLimits);
    return { requests: leastOf(limits.map((one) => one?.requests)), tokens: leastOf(limits.map((one) => one?.tokens)) };
  };
}

function leastOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

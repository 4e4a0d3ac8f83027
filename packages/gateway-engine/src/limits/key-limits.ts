import type { Caller, GatewayConfig, KeyLimits } from '../ports/index.ts';
import type { FindDeployments } from '../routing/index.ts';

/** What the deployments of a group allow each key, a minute. */
export type FindKeyLimits = (group: string, caller: Caller) => KeyLimits;

/**
 * Compiles what deployments allow a key that has no limits of its own on models: the least of a group's. Undefined where none limits
 * any key.
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

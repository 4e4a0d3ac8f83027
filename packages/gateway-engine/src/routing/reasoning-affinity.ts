import { readReasoningOrigin, type JsonObject, type Plan } from '@stagegate/core-transforms';
import type { Deployment, RouterSettings } from '../ports/index.ts';

/** Sends calls that bring encrypted reasoning to deployments that can read it. */
export interface ReasoningAffinity {
  /** The marks for a plan of the responses API; undefined where any deployment of the group may get the call. */
  readonly marksOf: (deployment: Deployment) => Plan['reasoning'];
  /** The deployments among these that can read the reasoning; all of them where none can: then the reasoning is dropped. */
  readonly narrow: (group: string, body: JsonObject, deployments: readonly Deployment[]) => readonly Deployment[];
}

/**
 * Compiles `encrypted_content_affinity`; undefined where no group has it.
 *
 * in:     all deployments: the reasoning may come from another group, at the same address with the same key.
 * source: LiteLLM 1.106.2, router_utils/pre_call_checks/encrypted_content_affinity_check.py, read 2026-11-29.
 */
export function compileReasoningAffinity(
  { checks, groupAffinities }: RouterSettings,
  deployments: readonly Deployment[],
): ReasoningAffinity | undefined {
  const isMinded = (group: string): boolean =>
    checks.has('encrypted_content_affinity') || groupAffinities?.get(group)?.has('encrypted_content_affinity') === true;
  if (!isMinded('') && !deployments.some(({ modelGroup }) => isMinded(modelGroup))) return undefined;
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  const reads = (deployment: Deployment, origin: string): boolean =>
    deployment.id === origin || isSameAccount(deployment, byId.get(origin));
  return {
    marksOf: (deployment) =>
      isMinded(deployment.modelGroup)
        ? { deploymentId: deployment.id, reads: (origin: string): boolean => reads(deployment, origin) }
        : undefined,
    narrow: (group, { input }, able) => {
      const origin = isMinded(group) ? readReasoningOrigin(input) : undefined;
      if (origin === undefined) return able;
      const own = able.find(({ id }) => id === origin);
      const reading = own === undefined ? able.filter((deployment) => reads(deployment, origin)) : [own];
      return reading.length > 0 ? reading : able;
    },
  };
}

function isSameAccount({ apiBase, apiKey }: Deployment, origin: Deployment | undefined): boolean {
  return origin !== undefined && apiBase !== undefined && apiKey !== undefined && origin.apiBase === apiBase && origin.apiKey === apiKey;
}

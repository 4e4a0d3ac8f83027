import type { JsonValue } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Deployment, DeploymentCounts } from '../ports/index.ts';
import type { PromptSize } from './prompt-size.ts';

/** What deployments are checked against. */
export interface PreCallView {
  readonly prompt: PromptSize;
  readonly modelGroup: string;
  readonly read: (id: string) => DeploymentCounts | undefined;
  /** True: requests per minute are not checked, because usage-based routing does that itself. */
  readonly skipRpm: boolean;
  /** The region that a deployment has to be in; anything but a string asks for none. */
  readonly region: JsonValue | undefined;
}

/**
 * Leaves out deployments whose context window is too small for the prompt, whose requests of this minute are used up, or that are not in
 * the region asked for: `enable_pre_call_checks`.
 *
 * out:    the others, or the error when none is left for one of the first two reasons.
 * cost:   linear; the prompt is counted only when it may be too long for a deployment.
 * source: LiteLLM 1.106.2, router.py `_pre_call_checks`.
 */
export function checkBeforeCall(deployments: readonly Deployment[], view: PreCallView): readonly Deployment[] | EngineError {
  let tooLong = '';
  let overLimit = false;
  const able = deployments.filter((deployment) => {
    const most = deployment.routing?.inputTokensMax ?? deployment.facts?.inputTokensMax;
    if (most !== undefined && !view.prompt.fits(most)) {
      tooLong += `Model=${deployment.underlyingModel}, Max Input Tokens=${most}, Got=${view.prompt.tokens()}`;
      return false;
    }
    if (!view.skipRpm && deployment.rpm !== undefined && (view.read(deployment.id)?.requests ?? 0) >= deployment.rpm) {
      overLimit = true;
      return false;
    }
    return isInRegion(deployment, view.region);
  });
  if (able.length > 0 || deployments.length === 0) return able;
  if (overLimit) return { kind: 'over-limit', message: 'No deployments available for selected model.', modelGroup: view.modelGroup };
  if (tooLong === '') return able;
  return { kind: 'context-too-small', detail: tooLong, modelGroup: view.modelGroup };
}

/**
 * Whether a deployment is in the region that is asked for. Anything but a string asks for none. Source: LiteLLM 1.106.2, utils.py
 * `is_region_allowed`.
 */
export function isInRegion({ routing }: Deployment, region: JsonValue | undefined): boolean {
  return typeof region !== 'string' || routing?.region === region;
}

import type { JsonValue } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Deployment, DeploymentCounts } from '../ports/index.ts';
import type { PromptSize } from './prompt-size.ts';

/** What a call is checked against. */
export interface PreCallView {
  readonly prompt: PromptSize;
  readonly modelGroup: string;
  readonly read: (id: string) => DeploymentCounts | undefined;
  /** Usage-based routing looks at limits itself. */
  readonly skipRpm: boolean;
  /** Where a deployment has to be, if that is text. */
  readonly region: JsonValue | undefined;
}

/**
 * `enable_pre_call_checks`: without the deployments whose window is too small for the prompt, whose requests of this minute
 * are used up, or that are not in the region asked for.
 *
 * out:    those that are left, or the error when none is for one of the first two reasons.
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

/** Whether a deployment's `region_name` is the one that is asked for; anything but text asks for none. Source: LiteLLM 1.106.2, utils.py `is_region_allowed`. */
export function isInRegion({ routing }: Deployment, region: JsonValue | undefined): boolean {
  return typeof region !== 'string' || routing?.region === region;
}

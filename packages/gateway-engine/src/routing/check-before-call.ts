import { countPrompt, estimateTextTokens, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Deployment, DeploymentCounts } from '../ports/index.ts';

/** What a call is checked against. */
export interface PreCallView {
  readonly body: JsonObject;
  readonly modelGroup: string;
  readonly read: (id: string) => DeploymentCounts | undefined;
  /** Usage-based routing looks at limits itself. */
  readonly skipRpm: boolean;
}

/**
 * `enable_pre_call_checks`: without the deployments whose window is too small for the prompt, whose requests of this minute
 * are used up, or that are not in the region asked for.
 *
 * out:    those that are left, or the error when none is for one of the first two reasons.
 * cost:   the prompt is counted once, and only when a deployment says how much it takes.
 * source: LiteLLM 1.106.2, router.py `_pre_call_checks`.
 */
export function checkBeforeCall(deployments: readonly Deployment[], view: PreCallView): readonly Deployment[] | EngineError {
  let tokens: number | undefined;
  let tooLong = '';
  let overLimit = false;
  const region = view.body['allowed_model_region'];
  const able = deployments.filter((deployment) => {
    const most = deployment.routing?.inputTokensMax ?? deployment.facts?.inputTokensMax;
    if (most !== undefined) {
      tokens ??= countPromptOf(view.body);
      if (tokens > most) {
        tooLong += `Model=${deployment.underlyingModel}, Max Input Tokens=${most}, Got=${tokens}`;
        return false;
      }
    }
    if (!view.skipRpm && deployment.rpm !== undefined && (view.read(deployment.id)?.requests ?? 0) >= deployment.rpm) {
      overLimit = true;
      return false;
    }
    return typeof region !== 'string' || isInRegion(deployment, region);
  });
  if (able.length > 0 || deployments.length === 0) return able;
  if (overLimit) return { kind: 'over-limit', message: 'No deployments available for selected model.', modelGroup: view.modelGroup };
  if (tooLong === '') return able;
  return { kind: 'context-too-small', detail: tooLong, modelGroup: view.modelGroup };
}

/** Tokens of a call's prompt, estimated, whichever dialect it is in. */
export function countPromptOf(body: JsonObject): number {
  const { messages, system, tools, input, prompt, instructions } = body;
  if (Array.isArray(messages)) return countPrompt({ messages, system, tools }, estimateTextTokens);
  const text = [input, prompt, instructions].map(textOf).join('\n');
  return estimateTextTokens(text);
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `eu` and `us` are parts of regions' names. Source: LiteLLM 1.106.2, utils.py `is_region_allowed`. */
function isInRegion({ routing }: Deployment, region: string): boolean {
  return routing?.region !== undefined && routing.region.toLowerCase().includes(region.toLowerCase());
}

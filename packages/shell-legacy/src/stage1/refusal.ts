import type { TransformError } from '@stagegate/core-transforms';
import type { EngineError } from '@stagegate/gateway-engine/errors';
import type { Deployment, Fallbacks } from '@stagegate/gateway-engine/ports';
import type { FailedRoute } from '@stagegate/gateway-engine/routing';
import type { ProviderHeaders } from './answer-headers.ts';

/** What was tried in vain, and what else there was to try. */
export interface FailedOutcome {
  readonly failed: FailedRoute;
  readonly configured: Fallbacks;
}

/** Ends a call with an error, from wherever it is thrown: stage 1 goes step by step and throws, as the reference does. */
export class Refusal extends Error {
  readonly problem: EngineError;
  /** The deployment that was to serve the call, once it was chosen. */
  readonly deployment: Deployment | undefined;
  readonly providerHeaders: ProviderHeaders | undefined;

  /** What became of the call's fallbacks, once its first group had failed for good. */
  readonly outcome: FailedOutcome | undefined;

  constructor(problem: EngineError, deployment?: Deployment, providerHeaders?: ProviderHeaders, outcome?: FailedOutcome) {
    super(problem.kind);
    this.problem = problem;
    this.deployment = deployment;
    this.providerHeaders = providerHeaders;
    this.outcome = outcome;
  }
}

/** The refusal that a transform's error becomes. */
export function refusedByTransform(error: TransformError, deployment?: Deployment, providerHeaders?: ProviderHeaders): Refusal {
  return new Refusal({ kind: 'transform', error, modelGroup: deployment?.modelGroup ?? '' }, deployment, providerHeaders);
}

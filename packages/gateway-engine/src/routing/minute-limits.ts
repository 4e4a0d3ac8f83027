import type { Deployment } from '../ports/index.ts';

/** A deployment, as far as its limits per minute go. */
export type LimitedDeployment = Pick<Deployment, 'rpm' | 'tpm' | 'routing'>;

/** Calls that a deployment takes a minute: of its row, else of its `model_info`. Undefined: any number. */
export function requestsMax({ rpm, routing }: LimitedDeployment): number | undefined {
  return rpm ?? routing?.infoLimits?.requests;
}

/** The same for tokens. */
export function tokensMax({ tpm, routing }: LimitedDeployment): number | undefined {
  return tpm ?? routing?.infoLimits?.tokens;
}

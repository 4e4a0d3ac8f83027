import type { CallTransform } from '../contract/call-transform.ts';
import type { Plan } from '../contract/plan.ts';
import type { ProviderAnswer } from '../contract/wire.ts';
import type { TransformError } from '../errors/transform-error.ts';

/**
 * What a provider's answer with a status ≥ 300 means for the client. A redirect cannot be used: no lane follows one, because the request
 * carries the deployment's key.
 */
export function readRefusal(transform: CallTransform, answer: ProviderAnswer, plan: Plan): TransformError {
  if (answer.status >= 400) return transform.error(answer, plan);
  const message = `answered with a redirect (status ${answer.status}), which is not followed; api_base may be wrong`;
  return { kind: 'bad-upstream', provider: plan.provider.id, message };
}

import { chooseTransform } from '../src/call/choose-transform.ts';
import type { CallTransform } from '../src/contract/call-transform.ts';
import type { JsonObject } from '../src/contract/json.ts';
import type { Plan } from '../src/contract/plan.ts';
import type { ProviderRequest } from '../src/contract/wire.ts';
import type { TransformError } from '../src/errors/transform-error.ts';
import { toRawObject } from '../src/json/raw-object.ts';
import { AMBIENT, makePlan, type PlanWishes } from './make-plan.ts';

/** A call of embeddings to `provider/model`. */
export function embeddingsPlan(name: string, wishes: PlanWishes = {}): Plan {
  return makePlan(name, { dialect: 'openai-embeddings', ...wishes });
}

/** The request that a client's body becomes, its own body parsed; or the error. */
export function sentOf(plan: Plan, client: JsonObject): (Omit<ProviderRequest, 'body'> & { readonly body: unknown }) | TransformError {
  const outcome = transformOf(plan).request({ body: toRawObject(client), headers: {} }, plan, AMBIENT);
  return outcome.ok ? { ...outcome.value, body: JSON.parse(String(outcome.value.body)) } : outcome.error;
}

/** What a client is answered when the provider says this; or the error. */
export function answeredOf(plan: Plan, provider: unknown, client: JsonObject = { input: 'four words of text' }): unknown {
  const answer = { status: 200, headers: {}, body: JSON.stringify(provider) };
  const outcome = transformOf(plan).response(answer, { body: toRawObject(client), headers: {} }, plan, AMBIENT);
  return outcome.ok ? JSON.parse(outcome.value.body) : outcome.error;
}

function transformOf(plan: Plan): CallTransform {
  const chosen = chooseTransform(plan);
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.error));
  return chosen.value;
}

import type { Plan } from '../../contract/plan.ts';

/** The prefix of every response id, whoever issued it. */
const PREFIX = 'resp_';

/**
 * The client's id for a response.
 *
 * in:  the provider's own id, of a response or of a chat completion.
 * out: signed if the engine provides a seal; else the same with the prefix that clients expect.
 */
export function showResponseId(id: string, plan: Plan): string {
  if (plan.ids !== undefined) return plan.ids.seal(id);
  return id.startsWith(PREFIX) ? id : PREFIX + id;
}

/** The provider's id behind one that a client names; undefined for an id that the gateway did not issue. */
export function readResponseId(id: string, plan: Plan): string | undefined {
  return plan.ids === undefined ? id : plan.ids.open(id);
}

import type { Plan } from '../../contract/plan.ts';

/** What every response id begins with, whoever made it. */
const PREFIX = 'resp_';

/**
 * The id under which a client knows a response.
 *
 * in:  the provider's own id, of a response or of a chat completion.
 * out: sealed where the engine gave a seal; else the same with the prefix that clients expect.
 */
export function showResponseId(id: string, plan: Plan): string {
  if (plan.ids !== undefined) return plan.ids.seal(id);
  return id.startsWith(PREFIX) ? id : PREFIX + id;
}

/** The provider's id behind one that a client names; undefined for an id that was not given out here. */
export function readResponseId(id: string, plan: Plan): string | undefined {
  return plan.ids === undefined ? id : plan.ids.open(id);
}

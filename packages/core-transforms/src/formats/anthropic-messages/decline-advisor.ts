import type { JsonValue } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';
import { ADVISOR_TYPE } from './prepare-tools.ts';
import { blocksOf } from './types.ts';

/**
 * Declines a call with Anthropic's advisor tool to a provider of another dialect: nothing there would call the second model.
 *
 * in:  the call's `tools`.
 * out: undefined if the advisor is not among them.
 */
export function declineAdvisor(tools: JsonValue | undefined): Failure | undefined {
  if (!blocksOf(tools).some(({ type }) => type === ADVISOR_TYPE)) return undefined;
  return fail({ kind: 'declined', path: 'tools', reason: `${ADVISOR_TYPE} is the provider's work, and this one does not do it` });
}

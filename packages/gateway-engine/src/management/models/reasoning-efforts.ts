import type { ModelFacts } from '@stagegate/core-transforms';
import type { Deployment } from '../../ports/index.ts';

/** In the order that they are shown in. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** Those that are refused only where a model says so, and those that are taken only where it says so. */
const UNLESS_DENIED = new Set(['none', 'minimal', 'low']);
const IF_SAID = new Set(['xhigh', 'max']);

/**
 * The values of `reasoning_effort` that all deployments of a group take.
 *
 * out:    undefined: of one of them nothing is known.
 * source: LiteLLM 1.106.2, router_utils/reasoning_effort_capability.py.
 */
export function sharedEfforts(group: readonly Pick<Deployment, 'facts'>[]): readonly string[] | undefined {
  const each = group.map(({ facts }) => effortsOf(facts));
  if (each.length === 0 || each.includes(undefined)) return undefined;
  return EFFORTS.filter((effort) => each.every((efforts) => efforts?.includes(effort) === true));
}

function effortsOf(facts: ModelFacts | undefined): readonly string[] | undefined {
  if (facts === undefined) return undefined;
  const { supports, denies, reasoningEfforts } = facts;
  const flags = EFFORTS.filter((effort) => supports.has(flagOf(effort)) || denies.has(flagOf(effort)));
  if (denies.has('reasoning') || (!supports.has('reasoning') && flags.length === 0)) return [];
  if (reasoningEfforts !== undefined) return EFFORTS.filter((effort) => reasoningEfforts.includes(effort));
  if (flags.length === 0) return undefined;
  return EFFORTS.filter((effort) => {
    if (IF_SAID.has(effort)) return supports.has(flagOf(effort));
    return !UNLESS_DENIED.has(effort) || !denies.has(flagOf(effort));
  });
}

function flagOf(effort: string): string {
  return `${effort}_reasoning_effort`;
}

import type { Deployment } from '../ports/index.ts';

/** For calls without tags, and for tags that nobody knows. */
const DEFAULT_TAG = 'default';

/**
 * The deployments that a call's tags lead to.
 *
 * in:     tags as the call gives them: `name` is wanted, `&name` required, `!name` refused; `User-Agent: …` when there is
 *         one; all deployments of the group, those that cool down included, which say what tags it knows.
 * out:    undefined when none may serve the call.
 * source: LiteLLM 1.106.2, router_strategy/tag_based_routing.py.
 */
export function filterByTags(
  deployments: readonly Deployment[],
  all: readonly Deployment[],
  tags: readonly string[],
  userAgent: string | undefined,
  matchAny: boolean,
): readonly Deployment[] | undefined {
  const required = marked(tags, '&');
  const refused = marked(tags, '!');
  const wanted = tags.filter((tag) => !tag.startsWith('&') && !tag.startsWith('!'));
  const able = deployments.filter((deployment) => {
    const own = tagsOf(deployment);
    return !refused.some((tag) => own.includes(tag)) && required.every((tag) => own.includes(tag));
  });
  const byPattern = userAgent !== undefined && required.length === 0 && able.some(({ routing }) => routing?.tagPatterns !== undefined);
  if (wanted.length === 0 && !byPattern) {
    if (required.length > 0) return nonEmpty(able);
    return refused.length > 0 ? nonEmpty(defaultsOf(able, deployments)) : defaultsOf(deployments, deployments);
  }
  const matching = able.filter((deployment) => matches(deployment, wanted, userAgent, matchAny));
  if (matching.length > 0) return matching;
  // A tag of the group that leads nowhere now is no stranger's: its calls go to nobody else.
  if (all.some((deployment) => tagsOf(deployment).some((tag) => wanted.includes(tag)))) return undefined;
  return nonEmpty(able.filter(isDefault));
}

function tagsOf({ routing }: Deployment): readonly string[] {
  return routing?.tags ?? [];
}

function marked(tags: readonly string[], mark: string): readonly string[] {
  return tags.filter((tag) => tag.startsWith(mark) && tag.length > 1).map((tag) => tag.slice(1));
}

function matches(deployment: Deployment, wanted: readonly string[], userAgent: string | undefined, matchAny: boolean): boolean {
  const own = tagsOf(deployment);
  const has = (tag: string): boolean => own.includes(tag);
  if (wanted.length > 0 && (matchAny ? wanted.some(has) : wanted.every(has))) return true;
  // Where all tags are needed, a pattern is no way around them.
  if (userAgent === undefined || (!matchAny && own.length > 0)) return false;
  return deployment.routing?.tagPatterns?.some((pattern) => pattern.test(userAgent)) === true;
}

function isDefault(deployment: Deployment): boolean {
  return tagsOf(deployment).includes(DEFAULT_TAG);
}

/** Of `able`, those for everybody; without any in the whole group, all of them. */
function defaultsOf(able: readonly Deployment[], all: readonly Deployment[]): readonly Deployment[] {
  return all.some(isDefault) ? able.filter(isDefault) : able;
}

function nonEmpty(deployments: readonly Deployment[]): readonly Deployment[] | undefined {
  return deployments.length > 0 ? deployments : undefined;
}

import type { Deployment } from '../ports/index.ts';

/** Marks deployments for calls without tags, and for calls with unknown tags. */
const DEFAULT_TAG = 'default';

/** How a call's tags are read. */
export interface TagRules {
  /** One common tag is enough. */
  readonly matchAny: boolean;
  /** The prefix by which callers mark a tag as meant for the router; empty: there is none. */
  readonly prefix: string;
  /** Those of the tags that come from the caller's key, team and project. */
  readonly inherited: readonly string[];
}

/**
 * The deployments that a call's tags lead to.
 *
 * in:     tags as the call gives them: `name` is wanted, `&name` required, `!name` refused; `User-Agent: …` when there is one; all
 *         deployments of the group, cooling ones included, as they say which tags it knows.
 * out:    undefined when none may serve the call.
 * source: LiteLLM 1.106.2, router_strategy/tag_based_routing.py.
 */
export function filterByTags(
  deployments: readonly Deployment[],
  all: readonly Deployment[],
  given: readonly string[],
  userAgent: string | undefined,
  { matchAny, prefix, inherited }: TagRules,
): readonly Deployment[] | undefined {
  const tags = given.map((tag) => withoutPrefix(tag, prefix));
  const meant = prefix === '' ? [] : given.filter((tag) => tag.startsWith(prefix)).map((tag) => bare(withoutPrefix(tag, prefix)));
  const found = narrow(deployments, all, { tags, meant, userAgent, matchAny });
  if (found !== undefined || !deployments.some(({ routing }) => routing?.failsOpen === true)) return found;
  return hidesAnAnswer(deployments, tags, meant)
    ? undefined
    : failOpen(
        deployments,
        inherited.map((tag) => withoutPrefix(tag, prefix)),
      );
}

/** What a call's tags ask for. */
interface AskedTags {
  /** Without the router's prefix. */
  readonly tags: readonly string[];
  /** Those that had the prefix, without their marks. */
  readonly meant: readonly string[];
  readonly userAgent: string | undefined;
  readonly matchAny: boolean;
}

function narrow(
  deployments: readonly Deployment[],
  all: readonly Deployment[],
  { tags, meant, userAgent, matchAny }: AskedTags,
): readonly Deployment[] | undefined {
  const required = marked(tags, '&');
  const refused = marked(tags, '!');
  const wanted = tags.filter((tag) => !tag.startsWith('&') && !tag.startsWith('!'));
  const able = withMarks(deployments, refused, required);
  const byPattern = userAgent !== undefined && required.length === 0 && able.some(({ routing }) => routing?.tagPatterns !== undefined);
  if (wanted.length === 0 && !byPattern) {
    if (required.length > 0) return nonEmpty(able);
    return refused.length > 0 ? nonEmpty(defaultsOf(able, deployments)) : defaultsOf(deployments, deployments);
  }
  const matching = able.filter((deployment) => matches(deployment, wanted, userAgent, matchAny));
  if (matching.length > 0) return matching;
  // The group knows the tag, but none of its deployments with that tag can be asked now: the call must not go to one without.
  if (wanted.some((tag) => meant.includes(tag)) || all.some((deployment) => tagsOf(deployment).some((tag) => wanted.includes(tag))))
    return undefined;
  return nonEmpty(able.filter(isDefault));
}

/** The deployments of a group that fails open: a call's own tags are ignored, those of its key, team and project still hold. */
function failOpen(deployments: readonly Deployment[], inherited: readonly string[]): readonly Deployment[] | undefined {
  const trusted = withMarks(deployments, marked(inherited, '!'), marked(inherited, '&'));
  return nonEmpty(defaultsOf(trusted, trusted));
}

/** Whether the call fails only by a required tag that no deployment has. A caller must not get the group to fail open by making one up. */
function hidesAnAnswer(deployments: readonly Deployment[], tags: readonly string[], meant: readonly string[]): boolean {
  const required = marked(tags, '&');
  const known = required.filter((tag) => meant.includes(tag) || deployments.some((deployment) => tagsOf(deployment).includes(tag)));
  if (known.length === 0 || known.length === required.length) return false;
  return withMarks(deployments, marked(tags, '!'), known).length > 0;
}

function withMarks(deployments: readonly Deployment[], refused: readonly string[], required: readonly string[]): readonly Deployment[] {
  return deployments.filter((deployment) => {
    const own = tagsOf(deployment);
    return !refused.some((tag) => own.includes(tag)) && required.every((tag) => own.includes(tag));
  });
}

function withoutPrefix(tag: string, prefix: string): string {
  return tag.startsWith(prefix) ? tag.slice(prefix.length) : tag;
}

function bare(tag: string): string {
  return /^[&!]/u.test(tag) ? tag.slice(1) : tag;
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
  // Where all tags have to match, a pattern must not be a way around that.
  if (userAgent === undefined || (!matchAny && own.length > 0)) return false;
  return deployment.routing?.tagPatterns?.some((pattern) => pattern.test(userAgent)) === true;
}

function isDefault(deployment: Deployment): boolean {
  return tagsOf(deployment).includes(DEFAULT_TAG);
}

/** The `able` deployments that are for calls without tags; where the group has none that are marked so, all of them. */
function defaultsOf(able: readonly Deployment[], all: readonly Deployment[]): readonly Deployment[] {
  return all.some(isDefault) ? able.filter(isDefault) : able;
}

function nonEmpty(deployments: readonly Deployment[]): readonly Deployment[] | undefined {
  return deployments.length > 0 ? deployments : undefined;
}

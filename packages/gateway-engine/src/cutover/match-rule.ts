import type { RuleMatch } from '../ports/index.ts';
import { matchesPattern } from '../text/index.ts';
import type { Caller } from './bucket.ts';

/** What is known of a call's body when its lane is chosen. */
export type BodyFacts =
  /** Not looked at yet. */
  | { readonly kind: 'unread' }
  /** The route takes no body. */
  | { readonly kind: 'none' }
  /** No model can be read from it: not JSON, not an object, too large. */
  | { readonly kind: 'unusable'; readonly why: string }
  | {
      readonly kind: 'read';
      readonly model: string | undefined;
      readonly stream: boolean;
      /** The provider id of each candidate deployment; empty for an unknown model. */
      readonly providers: readonly string[];
      /** True: one of them needs protection that only the reference has. */
      readonly guarded: boolean;
    };

/** What is known of a call when its lane is chosen. */
export interface CallFacts {
  /** The path as called, and every alias of its route. */
  readonly paths: readonly string[];
  /** False for a path that no route contract has. */
  readonly routeKnown: boolean;
  /** Which calls need protection that only the reference has: none, those to some models, or all. */
  readonly guards: 'none' | 'some' | 'all';
  readonly body: BodyFacts;
  readonly caller: Caller;
}

/** How much of the traffic needs protection that only the reference has. */
export function guardsOf({ referenceOnly: { everything, modelGroups } }: GuardedModels): CallFacts['guards'] {
  return everything ? 'all' : modelGroups.size > 0 ? 'some' : 'none';
}

interface GuardedModels {
  readonly referenceOnly: { readonly everything: boolean; readonly modelGroups: ReadonlySet<string> };
}

/** Whether a rule's match can be decided by the path alone. */
function isPathOnly(match: RuleMatch): boolean {
  return match.provider === undefined && match.model === undefined && match.stream === undefined;
}

/**
 * Whether a call matches a rule.
 *
 * out: `unread` when the path matches and only the body can tell the rest. An unusable body matches no rule that depends on it.
 */
export function matchRule(match: RuleMatch, facts: CallFacts): 'yes' | 'no' | 'unread' {
  const { route } = match;
  if (route !== undefined && !facts.paths.some((path) => matchesPattern(route, path))) return 'no';
  if (isPathOnly(match)) return 'yes';
  const { body } = facts;
  switch (body.kind) {
    case 'unread':
      return 'unread';
    case 'unusable':
      return 'no';
    case 'none':
      return match.model === undefined && match.provider === undefined && match.stream === false ? 'yes' : 'no';
    case 'read':
      return matchesBody(match, body) ? 'yes' : 'no';
  }
}

function matchesBody(match: RuleMatch, body: BodyFacts & { kind: 'read' }): boolean {
  if (match.stream !== undefined && match.stream !== body.stream) return false;
  if (match.model === undefined && match.provider === undefined) return true;
  if (body.model === undefined || body.providers.length === 0) return false;
  if (match.model !== undefined && !matchesPattern(match.model, body.model)) return false;
  return match.provider === undefined || body.providers.every((provider) => provider === match.provider);
}

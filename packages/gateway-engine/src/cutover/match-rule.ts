import type { RuleMatch } from '../ports/index.ts';
import { matchesPattern } from '../text/index.ts';
import type { Caller } from './bucket.ts';

/** What is known of a call's body when a lane is chosen. */
export type BodyFacts =
  /** Not looked at yet. */
  | { readonly kind: 'unread' }
  /** The route takes none. */
  | { readonly kind: 'none' }
  /** No model can be read from it: not JSON, not an object, too large. */
  | { readonly kind: 'unusable'; readonly why: string }
  | {
      readonly kind: 'read';
      readonly model: string | undefined;
      readonly stream: boolean;
      /** Provider id of each candidate deployment; empty for an unknown model. */
      readonly providers: readonly string[];
      /** One of them asks for protection that only the reference gives. */
      readonly guarded: boolean;
    };

/** What is known of a call when a lane is chosen. */
export interface CallFacts {
  /** The path as called and every alias of its route. */
  readonly paths: readonly string[];
  /** False for a path that no route contract names. */
  readonly routeKnown: boolean;
  /** Which calls ask for protection that only the reference gives: none, some of the models', or all. */
  readonly guards: 'none' | 'some' | 'all';
  readonly body: BodyFacts;
  readonly caller: Caller;
}

/** How much of the traffic asks for protection that only the reference gives. */
export function guardsOf({ referenceOnly: { everything, modelGroups } }: GuardedModels): CallFacts['guards'] {
  return everything ? 'all' : modelGroups.size > 0 ? 'some' : 'none';
}

interface GuardedModels {
  readonly referenceOnly: { readonly everything: boolean; readonly modelGroups: ReadonlySet<string> };
}

/** Tells whether a rule's match can be decided from the path alone. */
function isPathOnly(match: RuleMatch): boolean {
  return match.provider === undefined && match.model === undefined && match.stream === undefined;
}

/**
 * Holds a rule's match against a call.
 *
 * out: `unread` when the path fits and only the body can tell the rest. An unusable body fits no rule that asks for it.
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

import type { LaneChoice } from '../ports/index.ts';
import type { ActiveMigration, ActiveRule } from './activate.ts';
import { bucketOf } from './bucket.ts';
import { matchRule, type CallFacts } from './match-rule.ts';

/**
 * Picks the lane of one call: that of the first rule that matches, else the default. Pure, and with an answer for every call.
 *
 * in:  the rules in force, and what is known of the call.
 * out: the lane and why; or `unread` when only the body can decide: then it is asked again with the body read. A call that cannot be
 *      decided (unknown route or model, unreadable body) goes to the reference where there is one, as that may know what we do not; else
 *      the default lane answers with the error.
 */
export function chooseLane(active: ActiveMigration, facts: CallFacts): LaneChoice | 'unread' {
  const choice = chooseByRules(active, facts);
  // No rule's provider or model matters: no lane of ours has the route.
  const isLost = active.migration.referenceUrl !== undefined && !facts.routeKnown && (choice === 'unread' || choice.lane !== 'reference');
  return isLost ? undecided('unknown route') : choice;
}

/** The answer of a rule to a call that it matches. In a canary, each caller stays on one side. */
export function chooseWithin({ moves, stays, percent, sticky, rule }: ActiveRule, { caller }: CallFacts): LaneChoice {
  if (moves === undefined) return stays;
  return percent >= 100 || bucketOf(rule.name, sticky, caller) < percent ? moves : stays;
}

function chooseByRules(active: ActiveMigration, facts: CallFacts): LaneChoice | 'unread' {
  const { referenceUrl, defaultLane } = active.migration;
  const guarded = referenceUrl === undefined ? undefined : chooseForGuards(facts);
  if (guarded !== undefined) return guarded;
  for (const rule of active.rules) {
    const verdict = matchRule(rule.rule.match, facts);
    if (verdict === 'yes') return chooseWithin(rule, facts);
    if (verdict === 'unread') return 'unread';
  }
  if (referenceUrl === undefined || defaultLane === 'reference') return active.byDefault;
  const { body } = facts;
  switch (body.kind) {
    case 'unread':
      return 'unread';
    case 'none':
      return active.byDefault;
    case 'unusable':
      return undecided(body.why);
    case 'read':
      return body.model !== undefined && body.providers.length > 0 ? active.byDefault : undecided('unknown model');
  }
}

const GUARDED: LaneChoice = { lane: 'reference', servingLane: 'reference', rule: 'guarded', why: 'its protection is not built here' };

/** Calls that need protection we do not have go to the reference, before any rule. */
function chooseForGuards({ guards, body }: CallFacts): LaneChoice | 'unread' | undefined {
  if (guards === 'all') return GUARDED;
  if (guards === 'none') return undefined;
  if (body.kind === 'unread') return 'unread';
  return body.kind === 'read' && body.guarded ? GUARDED : undefined;
}

function undecided(why: string): LaneChoice {
  return { lane: 'reference', servingLane: 'reference', rule: 'undecided', why };
}

import type { LaneChoice, Migration, MigrationRule } from '../ports/index.ts';
import { matchRule, type CallFacts } from './match-rule.ts';

/**
 * Picks the lane for one call: the first rule that matches, else the default. Pure and total.
 *
 * in:  the rules, and what is known of the call.
 * out: the lane and why; `unread` when only the body can tell, and then asked again with the body read. What cannot be
 *      decided (unknown route or model, a body no model can be read from) is the reference's where there is one, because
 *      the reference may know what we do not; else the default lane answers the error.
 */
export function chooseLane(migration: Migration, facts: CallFacts): LaneChoice | 'unread' {
  const choice = chooseByRules(migration, facts);
  // Whatever a rule says of its provider or model: no lane of ours has the route.
  const isLost = migration.referenceUrl !== undefined && !facts.routeKnown && (choice === 'unread' || choice.lane !== 'reference');
  return isLost ? undecided('unknown route') : choice;
}

function chooseByRules(migration: Migration, facts: CallFacts): LaneChoice | 'unread' {
  const guarded = migration.referenceUrl === undefined ? undefined : chooseForGuards(facts);
  if (guarded !== undefined) return guarded;
  for (const rule of migration.rules) {
    const verdict = matchRule(rule.match, facts);
    if (verdict === 'yes') return chooseWithin(rule);
    if (verdict === 'unread') return 'unread';
  }
  const byDefault = { lane: migration.defaultLane, servingLane: migration.defaultLane, rule: 'default', why: 'no rule matches' };
  if (migration.referenceUrl === undefined || migration.defaultLane === 'reference') return byDefault;
  const { body } = facts;
  switch (body.kind) {
    case 'unread':
      return 'unread';
    case 'none':
      return byDefault;
    case 'unusable':
      return undecided(body.why);
    case 'read':
      return body.model !== undefined && body.providers.length > 0 ? byDefault : undecided('unknown model');
  }
}

/** Protection that is not built here comes before every rule. */
function chooseForGuards({ guards, body }: CallFacts): LaneChoice | 'unread' | undefined {
  const toReference = { lane: 'reference', servingLane: 'reference', rule: 'guarded', why: 'its protection is not built here' } as const;
  if (guards === 'all') return toReference;
  if (guards === 'none') return undefined;
  if (body.kind === 'unread') return 'unread';
  return body.kind === 'read' && body.guarded ? toReference : undefined;
}

function chooseWithin(rule: MigrationRule): LaneChoice {
  const { candidate, lane, name } = rule;
  if (candidate?.mode === 'on') return { lane: candidate.lane, servingLane: lane, rule: name, why: 'candidate on' };
  return { lane, servingLane: lane, rule: name, why: candidate === undefined ? 'no candidate' : 'candidate off' };
}

function undecided(why: string): LaneChoice {
  return { lane: 'reference', servingLane: 'reference', rule: 'undecided', why };
}

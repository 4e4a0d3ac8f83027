import { DEFAULT_RULE, type LaneChoice, type LaneId, type Migration, type MigrationRule, type Sticky } from '../ports/index.ts';
import { droppedStates, standingOf, type GateFacts, type Standing } from './standing.ts';

/** A rule as calls meet it. Every answer it can give is made in advance. */
export interface ActiveRule {
  readonly rule: MigrationRule;
  /** Undefined for a rule that is not moving. */
  readonly standing: Standing | undefined;
  /** For callers who stay on the serving lane. */
  readonly stays: LaneChoice;
  /** For callers who move; undefined when none does. */
  readonly moves: LaneChoice | undefined;
  /** Callers whose bucket is below this move. */
  readonly percent: number;
  readonly sticky: Sticky;
}

/** The migration in force, until something changes and another one replaces it. */
export interface ActiveMigration {
  readonly migration: Migration;
  readonly rules: readonly ActiveRule[];
  /** Names of rules whose run-time state no longer holds. */
  readonly dropped: readonly string[];
  /** Whether a canary in force keeps teams together, so that the caller's team has to be known. */
  readonly asksTeam: boolean;
  /** The answer when no rule matches. */
  readonly byDefault: LaneChoice;
}

/** Combines rules and gates, so that a call only has to look them up. Pure. */
export function activate(migration: Migration, facts: GateFacts): ActiveMigration {
  const { defaultLane } = migration;
  const rules = migration.rules.map((rule) => activateRule(rule, standingOf(rule, facts)));
  return {
    migration,
    rules,
    dropped: droppedStates(migration.rules, facts.state),
    asksTeam: rules.some(({ moves, percent, sticky }) => moves !== undefined && percent < 100 && sticky === 'team'),
    byDefault: choice(defaultLane, defaultLane, DEFAULT_RULE, 'no rule matches'),
  };
}

function activateRule(rule: MigrationRule, standing: Standing | undefined): ActiveRule {
  const { name, lane, candidate } = rule;
  const inForce = standing?.inForce ?? 'off';
  const moves = candidate === undefined || inForce === 'off' ? undefined : choice(candidate.lane, lane, name, standing?.why ?? '');
  const whyStays = inForce === 'canary' ? 'outside the canary' : (standing?.why ?? 'no candidate');
  return {
    rule,
    standing,
    stays: choice(lane, lane, name, whyStays),
    moves,
    percent: inForce === 'canary' ? (standing?.percent ?? 0) : 100,
    sticky: candidate?.sticky ?? 'key',
  };
}

function choice(lane: LaneId, servingLane: LaneId, rule: string, why: string): LaneChoice {
  return { lane, servingLane, rule, why };
}

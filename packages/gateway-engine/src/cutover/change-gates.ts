import type { CandidateMode, MigrationRule } from '../ports/index.ts';
import type { HistoryEntry } from './gate-files.ts';
import type { Change, GateState, RuleState } from './gate-state.ts';
import { standingOf, type GateFacts } from './standing.ts';

/** A new state of the gates, and its line in the audit trail. */
export interface GateChange {
  readonly state: GateState;
  readonly entry: HistoryEntry;
}

/** Where a rule is to go. */
export interface Step {
  readonly mode: CandidateMode;
  /** Part of the callers, 0 to 100, in mode `canary`. */
  readonly percent: number;
}

/** A change, or why it would not take effect. */
export type Promotion = { readonly ok: true; readonly change: GateChange } | { readonly ok: false; readonly why: string };

/**
 * Takes a rule one step up, if its gate would let it through: the judgement that every gateway makes, on the state as it would be.
 *
 * in: `facts`: the current state and every verdict on offer; `forceReason`: why the rule may move without one.
 */
export function promote(rule: MigrationRule, step: Step, facts: GateFacts, forceReason: string | undefined, change: Change): Promotion {
  const before = standingOf(rule, facts);
  if (before === undefined) return { ok: false, why: 'the rule has no candidate' };
  const fingerprint = facts.fingerprints.get(rule.name);
  const forced = forceReason === undefined || fingerprint === undefined ? undefined : { ...change, reason: forceReason, fingerprint };
  const verdict = before.verdict?.fingerprint === fingerprint ? before.verdict : undefined;
  const state = saying(facts.state, rule, { ...step, ...change, ...(verdict && { verdict }), ...(forced && { forced }) });
  const after = standingOf(rule, { ...facts, state });
  if (after === undefined || after.inForce === 'off') return { ok: false, why: after?.why ?? 'the rule has no candidate' };
  const entry: HistoryEntry = {
    ...change,
    revision: state.revision,
    action: 'promote',
    rule: rule.name,
    from: wordStep({ mode: before.inForce, percent: before.percent }),
    to: wordStep(step),
    ...(forceReason !== undefined && { reason: forceReason }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(verdict !== undefined && { evidence: verdict }),
  };
  return { ok: true, change: { state, entry } };
}

/** Takes a rule back to its serving lane. Nothing can prevent it. */
export function rollBack(rule: MigrationRule, facts: GateFacts, reason: string | undefined, change: Change): GateChange {
  const before = standingOf(rule, facts);
  const state = saying(facts.state, rule, { mode: 'off', percent: before?.percent ?? 0, ...change });
  const from = before === undefined ? 'off' : wordStep({ mode: before.inForce, percent: before.percent });
  const entry = { ...change, revision: state.revision, action: 'rollback', rule: rule.name, from, to: 'off' } as const;
  return { state, entry: { ...entry, ...(reason !== undefined && { reason }) } };
}

/** The kill switch: every rule back on its serving lane, until it is lifted. */
export function switchOff(state: GateState, reason: string, change: Change): GateChange {
  const revision = state.revision + 1;
  return { state: { ...state, revision, off: { ...change, reason } }, entry: { ...change, revision, action: 'off', reason } };
}

/** Lifts the kill switch: every rule as it was before, as far as its gate still lets it through. */
export function lift(state: GateState, change: Change): GateChange {
  const { off: _off, ...rest } = state;
  const revision = state.revision + 1;
  return { state: { ...rest, revision }, entry: { ...change, revision, action: 'lift' } };
}

/** The step after the one in force: to the rule's canary, if the config file gives it a percent, and then to all callers. */
export function nextStep(rule: MigrationRule, from: CandidateMode): Step {
  const percent = rule.candidate?.percent ?? 0;
  return from === 'off' && percent > 0 ? { mode: 'canary', percent } : { mode: 'on', percent };
}

/** A step in short: `off`, `canary 10 %`, `on`. */
export function wordStep({ mode, percent }: Step): string {
  return mode === 'canary' ? `canary ${percent} %` : mode;
}

type Said = Omit<RuleState, 'match' | 'lane' | 'candidate'>;

function saying(state: GateState, rule: MigrationRule, said: Said): GateState {
  const { match, lane, candidate, name } = rule;
  const whole: RuleState = { match, lane, candidate: candidate?.lane ?? lane, ...said };
  return { ...state, revision: state.revision + 1, rules: { ...state.rules, [name]: whole } };
}

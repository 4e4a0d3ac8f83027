import type { CandidateMode, MigrationRule } from '../ports/index.ts';
import { stillHolds, type DatedVerdict, type GateState, type RuleState } from './gate-state.ts';

/** Everything that opens and shuts gates, beside the rules themselves. */
export interface GateFacts {
  /** By name of the rule, for the code and configuration that are running. A rule without one is not let through. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** All known verdicts, in any order. */
  readonly verdicts: readonly DatedVerdict[];
  readonly state: GateState;
  /** Why the state cannot be read, if so: then no rule is let through, because it is not known what the state said. */
  readonly unreadable?: string;
}

/** Whether a rule's candidate serves, and why. */
export interface Standing {
  /** What is asked for, by the run-time state, else by the config file. */
  readonly mode: CandidateMode;
  /** Part of the callers, 0 to 100. */
  readonly percent: number;
  /** What is in force: `off` unless the gate is open. */
  readonly inForce: CandidateMode;
  /** `candidate on`, `candidate off`, `no verdict`, `verdict of other code or configuration`, `kill switch` … */
  readonly why: string;
  /** The verdict that decided, or the one for other code. */
  readonly verdict: DatedVerdict | undefined;
  /** The rule's run-time state, while it is valid. */
  readonly said: RuleState | undefined;
}

/** How a rule stands; undefined for a rule that is not moving. Pure, has an answer for every state, and shuts the gate when in doubt. */
export function standingOf(rule: MigrationRule, facts: GateFacts): Standing | undefined {
  const { candidate, name } = rule;
  if (candidate === undefined) return undefined;
  const said = saidOf(rule, facts.state);
  const { mode, percent } = said ?? candidate;
  const verdict = verdictOn(rule, facts, said);
  const common = { mode, percent, verdict, said };
  const shut = (why: string): Standing => ({ ...common, inForce: 'off', why });
  if (facts.unreadable !== undefined) return shut('run-time state cannot be read');
  if (facts.state.off !== undefined) return shut('kill switch');
  if (mode === 'off') return shut('candidate off');
  const fingerprint = facts.fingerprints.get(name);
  if (fingerprint === undefined) return shut('running code has no fingerprint');
  const why = whyShut(fingerprint, verdict, said);
  if (why !== undefined) return shut(why);
  const byForce = verdict?.verdict === 'pass' && verdict.fingerprint === fingerprint ? '' : ', by force';
  return { ...common, inForce: mode, why: `${mode === 'on' ? 'candidate on' : 'in the canary'}${byForce}` };
}

/** The run-time states that are no longer valid: the rule is gone, or its match or lanes have changed. In the order of the state. */
export function droppedStates(rules: readonly MigrationRule[], state: GateState): readonly string[] {
  return Object.keys(state.rules).filter((name) => {
    const rule = rules.find((one) => one.name === name);
    return rule === undefined || saidOf(rule, state) === undefined;
  });
}

function saidOf(rule: MigrationRule, state: GateState): RuleState | undefined {
  const said = Object.hasOwn(state.rules, rule.name) ? state.rules[rule.name] : undefined;
  return said !== undefined && stillHolds(said, rule) ? said : undefined;
}

/** Undefined: the gate is open. */
function whyShut(fingerprint: string, verdict: DatedVerdict | undefined, said: RuleState | undefined): string | undefined {
  const current = verdict?.fingerprint === fingerprint ? verdict : undefined;
  if (current?.verdict === 'pass') return undefined;
  const forced = said?.forced;
  if (forced?.fingerprint === fingerprint) {
    // A verdict that failed after the rule was forced was not known when it was forced.
    const failedSince = current?.verdict === 'fail' && Date.parse(current.madeAt) > Date.parse(forced.at);
    return failedSince ? 'verdict fail' : undefined;
  }
  if (current !== undefined) return `verdict ${current.verdict}`;
  if (forced !== undefined) return 'forced for other code or configuration';
  return verdict === undefined ? 'no verdict' : 'verdict of other code or configuration';
}

/** The newest of the rule's verdicts that is for the running code, else the newest of all. */
function verdictOn(rule: MigrationRule, facts: GateFacts, said: RuleState | undefined): DatedVerdict | undefined {
  const known = said?.verdict === undefined ? facts.verdicts : [...facts.verdicts, said.verdict];
  const fingerprint = facts.fingerprints.get(rule.name);
  const own = known.filter(
    ({ rule: name, serving, candidate }) => name === rule.name && serving === rule.lane && candidate === rule.candidate?.lane,
  );
  const current = own.filter((verdict) => verdict.fingerprint === fingerprint);
  return (current.length > 0 ? current : own).toSorted((a, b) => Date.parse(b.madeAt) - Date.parse(a.madeAt))[0];
}

import type { CandidateMode, MigrationRule } from '../ports/index.ts';
import { stillHolds, type DatedVerdict, type GateState, type RuleState } from './gate-state.ts';

/** Everything that opens and shuts gates, beside the rules themselves. */
export interface GateFacts {
  /** By name of the rule, for the code and configuration that run; a rule without one is not let through. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** All that are known, in any order. */
  readonly verdicts: readonly DatedVerdict[];
  readonly state: GateState;
  /** Why the state cannot be read, when it cannot: then nothing is let through, because nobody knows what it said. */
  readonly unreadable?: string;
}

/** Whether a rule's candidate serves, and why. */
export interface Standing {
  /** What is asked for: by the run-time state, else by the config file. */
  readonly mode: CandidateMode;
  /** Of the callers, 0 to 100. */
  readonly percent: number;
  /** What it comes to: `off` unless the gate is open. */
  readonly inForce: CandidateMode;
  /** `candidate on`, `candidate off`, `no verdict`, `verdict of other code or configuration`, `kill switch` … */
  readonly why: string;
  /** The verdict that decided, or that speaks for other code. */
  readonly verdict: DatedVerdict | undefined;
  /** What was said of the rule at run time, while it holds. */
  readonly said: RuleState | undefined;
}

/** How a rule stands; undefined for a rule that is not moving. Pure and total, and shut when in doubt. */
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

/** What was said at run time and holds no longer: the rule is gone, or its match or lanes have changed. In the order of the state. */
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

/** Undefined: nothing stands in the way. */
function whyShut(fingerprint: string, verdict: DatedVerdict | undefined, said: RuleState | undefined): string | undefined {
  const current = verdict?.fingerprint === fingerprint ? verdict : undefined;
  if (current?.verdict === 'pass') return undefined;
  const forced = said?.forced;
  if (forced?.fingerprint === fingerprint) {
    // What failed after it was let through was not known to whoever let it through.
    const failedSince = current?.verdict === 'fail' && Date.parse(current.madeAt) > Date.parse(forced.at);
    return failedSince ? 'verdict fail' : undefined;
  }
  if (current !== undefined) return `verdict ${current.verdict}`;
  if (forced !== undefined) return 'forced for other code or configuration';
  return verdict === undefined ? 'no verdict' : 'verdict of other code or configuration';
}

/** Of the rule's verdicts the newest that speaks for what runs, else the newest of all. */
function verdictOn(rule: MigrationRule, facts: GateFacts, said: RuleState | undefined): DatedVerdict | undefined {
  const known = said?.verdict === undefined ? facts.verdicts : [...facts.verdicts, said.verdict];
  const fingerprint = facts.fingerprints.get(rule.name);
  const own = known.filter(
    ({ rule: name, serving, candidate }) => name === rule.name && serving === rule.lane && candidate === rule.candidate?.lane,
  );
  const current = own.filter((verdict) => verdict.fingerprint === fingerprint);
  return (current.length > 0 ? current : own).toSorted((a, b) => Date.parse(b.madeAt) - Date.parse(a.madeAt))[0];
}

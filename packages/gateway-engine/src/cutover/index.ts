export { activate, type ActiveMigration, type ActiveRule } from './activate.ts';
export { bucketOf, HeaderCaller, type Caller } from './bucket.ts';
export { lift, nextStep, promote, rollBack, switchOff, wordStep, type GateChange, type Promotion, type Step } from './change-gates.ts';
export { chooseLane } from './choose-lane.ts';
export { createGates, fixedGates, type Gates, type GatesOptions } from './create-gates.ts';
export { describeCall, explainLane, type CallToExplain, type ExplainedChoice, type ExplainedRule } from './explain-lane.ts';
export { fingerprintOf, hashCode, RUNTIME_LOCK_FILE, type FingerprintConfig } from './fingerprint.ts';
export { createFront, type DeclinedCall, type Front, type FrontOptions } from './front.ts';
export { changeGateState, gatePaths, readGateState, readHistory, readVerdicts, type GatePaths, type HistoryEntry } from './gate-files.ts';
export { NO_STATE, parseGateState, type Change, type DatedVerdict, type GateState, type RuleState } from './gate-state.ts';
export { matchesPattern } from '../text/index.ts';
export { matchRule, type BodyFacts, type CallFacts } from './match-rule.ts';
export { readFacts, type BodyReading, type ModelView } from './read-facts.ts';
export { createReferenceLane, type ReferenceLane } from './reference-lane.ts';
export { readRunning, RunningCounts, type CallCount, type DeclinedCount, type RunningReport } from './running-report.ts';
export { standingOf, type GateFacts, type Standing } from './standing.ts';
export {
  isVerdict,
  parseVerdicts,
  VERDICTS_FILE,
  type RuleVerdict,
  type VerdictName,
  type VerdictsFile,
  type VerdictsOutcome,
  type VerdictStratum,
} from './verdicts.ts';

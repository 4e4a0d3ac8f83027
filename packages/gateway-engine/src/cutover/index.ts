export { chooseLane } from './choose-lane.ts';
export { fingerprintOf, hashCode, RUNTIME_LOCK_FILE, type FingerprintConfig } from './fingerprint.ts';
export { createFront, type DeclinedCall, type Front, type FrontOptions } from './front.ts';
export { matchesPattern, type BodyFacts, type CallFacts } from './match-rule.ts';
export { createReferenceLane, type ReferenceLane } from './reference-lane.ts';
export { readFacts, type BodyReading, type ModelView } from './read-facts.ts';
export {
  parseVerdicts,
  VERDICTS_FILE,
  type RuleVerdict,
  type VerdictName,
  type VerdictsFile,
  type VerdictsOutcome,
  type VerdictStratum,
} from './verdicts.ts';

import type { CandidateMode, LaneId, MigrationRule, RuleMatch } from '../ports/index.ts';
import { isLane, isRecord } from './read-json.ts';
import { isVerdict, type RuleVerdict } from './verdicts.ts';

/** Who changed something, and when. */
export interface Change {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Login name. */
  readonly by: string;
}

/** A verdict, and the file it came from. */
export interface DatedVerdict extends RuleVerdict {
  readonly madeAt: string;
  /** sha-256 of the file, hex: proof of what the decision was based on. */
  readonly fileHash: string;
}

/** A rule that was let through without a verdict: by whom and when, why, and for which code. */
export interface Forced extends Change {
  readonly reason: string;
  readonly fingerprint: string;
}

/** The run-time state of one rule. It is valid for the match and the lanes that it was set for. */
export interface RuleState extends Change {
  readonly match: RuleMatch;
  readonly lane: LaneId;
  readonly candidate: LaneId;
  readonly mode: CandidateMode;
  readonly percent: number;
  /** The verdict that the rule was promoted on. It counts beside `verdicts.json`. */
  readonly verdict?: DatedVerdict;
  readonly forced?: Forced;
}

/** The whole run-time state, which overrides mode and percent of the config file. */
export interface GateState {
  readonly version: 1;
  /** One more with every change. */
  readonly revision: number;
  /** The kill switch: every rule on its serving lane. */
  readonly off?: Change & { readonly reason: string };
  /** By name. */
  readonly rules: Readonly<Record<string, RuleState>>;
}

/** The state before any change. */
export const NO_STATE: GateState = { version: 1, revision: 0, rules: {} };

/** A state, or why the text is none. */
export type GateStateOutcome = { readonly ok: true; readonly state: GateState } | { readonly ok: false; readonly why: string };

/** Reads the text of a state file, all of it or nothing. Errors are values. */
export function parseGateState(text: string): GateStateOutcome {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, why: 'no JSON' };
  }
  return isGateState(parsed) ? { ok: true, state: parsed } : { ok: false, why: 'no state of gates that this version can read' };
}

/** Whether a rule's run-time state is still valid: its match and lanes are unchanged. */
export function stillHolds(said: RuleState, rule: MigrationRule): boolean {
  const { match, lane, candidate } = rule;
  const sameMatch = MATCH_MEMBERS.every((name) => said.match[name] === match[name]);
  return sameMatch && said.lane === lane && said.candidate === candidate?.lane;
}

const MATCH_MEMBERS = ['route', 'provider', 'model', 'stream'] as const;

function isGateState(value: unknown): value is GateState {
  if (!isRecord(value) || value['version'] !== 1 || !Number.isSafeInteger(value['revision'])) return false;
  const { off, rules } = value;
  return (off === undefined || isOff(off)) && isRecord(rules) && Object.values(rules).every(isRuleState);
}

function isOff(value: unknown): boolean {
  return isRecord(value) && isChange(value) && typeof value['reason'] === 'string';
}

function isRuleState(value: unknown): boolean {
  if (!isRecord(value) || !isChange(value) || !isRecord(value['match'])) return false;
  const { lane, candidate, mode, percent, verdict, forced } = value;
  return (
    isLane(lane) &&
    isLane(candidate) &&
    (mode === 'off' || mode === 'canary' || mode === 'on') &&
    typeof percent === 'number' &&
    (verdict === undefined ||
      (isRecord(verdict) && isVerdict(verdict) && isTextual(verdict, 'madeAt') && isTextual(verdict, 'fileHash'))) &&
    (forced === undefined || (isRecord(forced) && isChange(forced) && isTextual(forced, 'reason') && isTextual(forced, 'fingerprint')))
  );
}

function isChange(value: Readonly<Record<string, unknown>>): boolean {
  return isTextual(value, 'at') && isTextual(value, 'by');
}

function isTextual(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return typeof value[name] === 'string';
}

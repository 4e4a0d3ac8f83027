import type { LaneId } from '../ports/index.ts';
import { isLane, isRecord } from './read-json.ts';

/** The result of comparing a rule's two lanes. */
export type VerdictName = 'pass' | 'fail' | 'inconclusive';

/** One value of one dimension (`provider anthropic`, `stream yes`), and its samples. */
export interface VerdictStratum {
  readonly dimension: string;
  readonly value: string;
  readonly samples: number;
  readonly mismatched: number;
}

/** Whether a rule's candidate may serve, and what that is based on. Valid only for the code and configuration of its fingerprint. */
export interface RuleVerdict {
  /** Name of the rule. */
  readonly rule: string;
  /** As `fingerprintOf` gives it. */
  readonly fingerprint: string;
  readonly verdict: VerdictName;
  readonly serving: LaneId;
  readonly candidate: LaneId;
  readonly samples: number;
  readonly mismatched: number;
  /** Upper bound of the rate of mismatches, 0 to 1, at `confidence`. */
  readonly bound: number;
  readonly confidence: number;
  /** Why it is no pass; empty for a pass. */
  readonly reasons: readonly string[];
  readonly strata: readonly VerdictStratum[];
  /** ISO 8601 with a time zone, of a verdict that is older than its file: a run of other rules alone has kept it. */
  readonly madeAt?: string;
}

/** `verdicts.json`: written by a replay, read by the gates. */
export interface VerdictsFile {
  readonly version: 1;
  /** ISO 8601 with a time zone. Of two verdicts with one fingerprint the later one counts. */
  readonly madeAt: string;
  readonly verdicts: readonly RuleVerdict[];
}

/** Where a replay writes it and the gates look for it, below the data folder. */
export const VERDICTS_FILE = 'parity/verdicts.json';

/** Verdicts, or why the text holds none. */
export type VerdictsOutcome = { readonly ok: true; readonly file: VerdictsFile } | { readonly ok: false; readonly why: string };

/**
 * Reads the text of a `verdicts.json`, all of it or nothing: a verdict that is only partly understood is none.
 *
 * errors: values; `why` names the member. Unknown members are ignored.
 */
export function parseVerdicts(text: string): VerdictsOutcome {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, why: 'no JSON' };
  }
  if (!isRecord(parsed)) return { ok: false, why: 'no JSON object' };
  const { version, madeAt, verdicts } = parsed;
  if (version !== 1) return { ok: false, why: `version ${JSON.stringify(version)}; version 1 is read here` };
  if (!isTime(madeAt)) return { ok: false, why: 'madeAt is no time' };
  if (!Array.isArray(verdicts)) return { ok: false, why: 'verdicts is no list' };
  const items: readonly unknown[] = verdicts;
  const odd = items.findIndex((item) => !isVerdict(item));
  if (odd !== -1) return { ok: false, why: `verdicts[${odd}] is no verdict` };
  return { ok: true, file: { version, madeAt, verdicts: items.filter(isVerdict) } };
}

/** Whether a value is a verdict; also for one that was kept as evidence. */
export function isVerdict(value: unknown): value is RuleVerdict {
  return (
    isRecord(value) &&
    typeof value['rule'] === 'string' &&
    typeof value['fingerprint'] === 'string' &&
    isVerdictName(value['verdict']) &&
    isLane(value['serving']) &&
    isLane(value['candidate']) &&
    isCount(value['samples']) &&
    isCount(value['mismatched']) &&
    isShare(value['bound']) &&
    isShare(value['confidence']) &&
    isListOf(value['reasons'], (item) => typeof item === 'string') &&
    isListOf(value['strata'], isStratum) &&
    (value['madeAt'] === undefined || isTime(value['madeAt']))
  );
}

function isStratum(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['dimension'] === 'string' &&
    typeof value['value'] === 'string' &&
    isCount(value['samples']) &&
    isCount(value['mismatched'])
  );
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isVerdictName(value: unknown): boolean {
  return value === 'pass' || value === 'fail' || value === 'inconclusive';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

import { readFileSync } from 'node:fs';
import { isJsonRecord } from '@stagegate/testbed';
import type { CaseResult } from './outcome.ts';

/** A case that fails, and why it may for now. */
export interface KnownFailure {
  readonly id: string;
  readonly cause: string;
}

/** Reads a list of known failures. Throws when the file is none. */
export function readKnown(file: string): readonly KnownFailure[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed) || !parsed.every(isKnownFailure)) throw new Error(`${file}: expected a list of { id, cause }`);
  return parsed;
}

/** Where the list and the play disagree: an unlisted case fails, or a listed one passes. Listed cases that were not played say nothing. */
export function disagreements(cases: readonly CaseResult[], known: readonly KnownFailure[]): readonly string[] {
  const listed = new Set(known.map(({ id }) => id));
  return cases.flatMap(({ id, outcome }) => {
    if (outcome === 'failed' && !listed.has(id)) return [`${id} fails and is not listed`];
    if ((outcome === 'passed' || outcome === 'accepted') && listed.has(id)) return [`${id} is listed and passes`];
    return [];
  });
}

function isKnownFailure(value: unknown): value is KnownFailure {
  return isJsonRecord(value) && typeof value['id'] === 'string' && typeof value['cause'] === 'string' && value['cause'] !== '';
}

import { readFileSync } from 'node:fs';
import { isJsonRecord } from '@stagegate/testbed';
import type { CaseResult } from './outcome.ts';

/** A case that may fail for now, and why. */
export interface KnownFailure {
  readonly id: string;
  readonly cause: string;
}

/** Reads a list of known failures. Throws where the file is not one. */
export function readKnown(file: string): readonly KnownFailure[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed) || !parsed.every(isKnownFailure)) throw new Error(`${file}: expected a list of { id, cause }`);
  return parsed;
}

/** The differences between list and play: unlisted cases that fail, and listed ones that pass. Cases that were not played do not count. */
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

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isObject, parseJson, type JsonValue } from '@stagegate/core-transforms';
import type { AcceptedDifference } from '../compare/accepted-differences.ts';
import type { Cluster } from '../verdict/cluster.ts';

/** A condition on one side: there or not, or exactly this. */
type Side = 'absent' | 'present' | { readonly is: JsonValue };

/**
 * Reads somebody's own accepted differences: a list of `{ id, why, owner, expires, path, expected?, got? }`, the path a regular
 * expression, each side `"absent"`, `"present"` or `{ "is": value }`; at least one side must be said.
 *
 * out: the entries, or what is wrong with the first that is none.
 */
export function parseAccepted(text: string): readonly AcceptedDifference[] | string {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) return 'expected a list';
  const entries: AcceptedDifference[] = [];
  for (const [index, item] of parsed.entries()) {
    const entry = toEntry(item);
    if (typeof entry === 'string') return `[${index}]: ${entry}`;
    entries.push(entry);
  }
  return entries;
}

function toEntry(item: JsonValue): AcceptedDifference | string {
  if (!isObject(item)) return 'expected an object';
  const { id, why, owner, expires, path, expected, got } = item;
  if (typeof id !== 'string' || id === '') return 'id: expected a name';
  if (typeof why !== 'string' || why === '') return 'why: expected a reason';
  if (typeof owner !== 'string' || owner === '') return 'owner: expected who answers for it';
  if (typeof expires !== 'string' || !/^\d{4}-\d\d-\d\d$/u.test(expires)) return 'expires: expected a day, YYYY-MM-DD';
  const pattern = toPattern(path);
  if (pattern === undefined) return 'path: expected a regular expression';
  if (expected === undefined && got === undefined) return 'expected or got: at least one must be said';
  if (!isSide(expected) || !isSide(got)) return 'expected, got: "absent", "present" or { "is": value }';
  return { id, why, owner, expires, path: pattern, same: (left, right) => meets(expected, left) && meets(got, right) };
}

function toPattern(path: JsonValue | undefined): RegExp | undefined {
  if (typeof path !== 'string' || path === '') return undefined;
  try {
    return new RegExp(path, 'u');
  } catch {
    return undefined;
  }
}

function isSide(side: JsonValue | undefined): side is Side | undefined {
  return side === undefined || side === 'absent' || side === 'present' || (isObject(side) && side['is'] !== undefined);
}

function meets(side: Side | undefined, value: JsonValue | undefined): boolean {
  if (side === undefined) return true;
  if (side === 'absent') return value === undefined;
  return side === 'present' ? value !== undefined : isDeepStrictEqual(side.is, value);
}

/** Reads somebody's own accepted differences from a file, where one is named. Throws with one line for a person when it is none. */
export function readAccepted(file: string | undefined): readonly AcceptedDifference[] {
  if (file === undefined) return [];
  const entries = parseAccepted(readFileSync(file, 'utf8'));
  if (typeof entries === 'string') throw new Error(`${file}${entries.startsWith('[') ? '' : ': '}${entries}`);
  return entries;
}

/** What fails a run: entries past their day, and those of one's own that no call needed. */
export function findStale(
  shared: readonly AcceptedDifference[],
  own: readonly AcceptedDifference[],
  used: ReadonlySet<string>,
  today: string,
): readonly string[] {
  return [
    ...[...shared, ...own]
      .filter(({ expires }) => expires < today)
      .map(({ id, expires }) => `accepted difference ${id} expired on ${expires}`),
    ...own.filter(({ id, expires }) => expires >= today && !used.has(id)).map(({ id }) => `accepted difference ${id} covers no call`),
  ];
}

/** An entry that would accept a cluster, for a person to think about: nothing applies it, and its reason is left to be written. */
export function suggestEntry({ path, example }: Cluster, expires: string): string {
  const pattern = path.replaceAll(/[.+?^${}()|\\]/gu, String.raw`\$&`).replaceAll('[*]', String.raw`\[\d+\]`);
  const id = path
    .toLowerCase()
    .replaceAll(/[^a-z]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');
  return JSON.stringify({
    id,
    why: '',
    owner: '',
    expires,
    path: `^${pattern}$`,
    expected: sideOf(example.expected),
    got: sideOf(example.got),
  });
}

function sideOf(shown: string): Side {
  return shown === 'nothing' ? 'absent' : 'present';
}

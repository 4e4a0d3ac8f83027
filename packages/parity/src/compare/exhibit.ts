import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonValue } from '@stagegate/core-transforms';
import type { Exhibit } from '../verdict/comparison.ts';

type Row = Exhibit['rows'][number];

/** Longer exhibits are cut; what differs comes first. */
const ROWS_MAX = 240;
/** A value that is equal on both sides is one line, of at most this length. */
const SAME_CHARS_MAX = 100;
/** More equal elements or members in a row than this are folded. */
const SAME_RUN_MAX = 2;
const LINE_CHARS_MAX = 400;

/** Puts two values side by side as lines of JSON: what is equal is short, what differs is whole. */
export function alignJson(expected: JsonValue | undefined, got: JsonValue | undefined): readonly Row[] {
  const rows: Row[] = [];
  align({ expected, got, indent: '', label: '' }, rows);
  return rows.length > ROWS_MAX ? [...rows.slice(0, ROWS_MAX), [`… ${rows.length - ROWS_MAX} more lines`, '', 0]] : rows;
}

/** Two values at one place. */
interface Pair {
  readonly expected: JsonValue | undefined;
  readonly got: JsonValue | undefined;
  readonly indent: string;
  /** `"name": ` in an object, empty in an array. */
  readonly label: string;
}

function align(pair: Pair, rows: Row[]): void {
  const { expected, got, indent, label } = pair;
  if (isDeepStrictEqual(expected, got)) {
    if (expected !== undefined) pushBoth(rows, indent + label + inShort(expected));
    return;
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    const inner = Array.from({ length: Math.max(expected.length, got.length) }, (_, index) => child(pair, expected[index], got[index], ''));
    alignAll(inner, rows, `${indent}${label}[`, `${indent}]`);
  } else if (isObject(expected) && isObject(got)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
    const inner = names.map((name) => child(pair, expected[name], got[name], `${JSON.stringify(name)}: `));
    alignAll(inner, rows, `${indent}${label}{`, `${indent}}`);
  } else {
    const [left, right] = [linesOf(expected, indent, label), linesOf(got, indent, label)];
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) rows.push([left[index] ?? '', right[index] ?? '', 1]);
  }
}

function child({ indent }: Pair, expected: JsonValue | undefined, got: JsonValue | undefined, label: string): Pair {
  return { expected, got, indent: `${indent}  `, label };
}

function alignAll(pairs: readonly Pair[], rows: Row[], open: string, close: string): void {
  pushBoth(rows, open);
  let same: Pair[] = [];
  const flush = (): void => {
    if (same.length > SAME_RUN_MAX) pushBoth(rows, `${same[0]?.indent ?? ''}… ${same.length} the same`);
    else for (const pair of same) align(pair, rows);
    same = [];
  };
  for (const pair of pairs) {
    if (isDeepStrictEqual(pair.expected, pair.got)) same.push(pair);
    else {
      flush();
      align(pair, rows);
    }
  }
  flush();
  pushBoth(rows, close);
}

function pushBoth(rows: Row[], line: string): void {
  rows.push([line, line, 0]);
}

function inShort(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (text.length <= SAME_CHARS_MAX) return text;
  if (Array.isArray(value)) return `[… ${value.length} elements]`;
  return isObject(value) ? `{… ${Object.keys(value).length} members}` : `${text.slice(0, SAME_CHARS_MAX)}…`;
}

function linesOf(value: JsonValue | undefined, indent: string, label: string): readonly string[] {
  if (value === undefined) return [];
  const lines = JSON.stringify(value, null, 2).split('\n');
  return lines.map((line, index) => `${indent}${index === 0 ? label : ''}${line}`.slice(0, LINE_CHARS_MAX));
}

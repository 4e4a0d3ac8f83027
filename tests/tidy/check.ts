import { describe, expect, test } from 'vitest';
import type { SourceFile } from './source-file.ts';

/** A rule about the sources. */
export interface Check {
  readonly name: string;
  /** The files of the repository that it looks at. */
  readonly files: readonly SourceFile[];
  /** One line per offence: `path:line what`. */
  readonly find: (files: readonly SourceFile[]) => readonly string[];
  /** Files that break the rule, each by itself: the check is worth nothing unless it finds them. */
  readonly bad: readonly SourceFile[];
  /** Files that look as if they did. */
  readonly good?: readonly SourceFile[];
}

/** Holds the repository to a rule, and the rule to its samples. */
export function hold({ name, files, find, bad, good = [] }: Check): void {
  describe(name, () => {
    test('holds in the repository', () => expect(find(files)).toStrictEqual([]));
    test('looks at something', () => expect(files.length).toBeGreaterThan(0));
    test.each(bad)('finds $path: $text', (sample) => expect(find([sample])).not.toStrictEqual([]));
    test.each(good)('leaves $path: $text', (sample) => expect(find([sample])).toStrictEqual([]));
  });
}

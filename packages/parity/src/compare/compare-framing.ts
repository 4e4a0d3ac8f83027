import { diffJson, type Difference } from './difference.ts';

/** The name of a field, in front of its colon; empty for a comment. */
const LINE = /^(?<name>[^:]*):/u;

/**
 * Compares how two event streams are written, whatever they contain: which fields their lines have, how lines end, and whether the last
 * event is closed.
 */
export function compareFraming(expected: string, got: string): readonly Difference[] {
  return diffJson(framingOf(expected), framingOf(got), 'answer.framing');
}

function framingOf(text: string): { readonly fields: readonly string[]; readonly lineEnd: string; readonly closed: boolean } {
  const lines = text.split(/\r\n|\n|\r/u);
  const names = new Set(lines.filter((line) => line !== '').map((line) => LINE.exec(line)?.groups?.['name'] ?? line.slice(0, 20)));
  const lineEnd = /\r\n|\n|\r/u.exec(text)?.[0] ?? '';
  return {
    fields: [...names].map((name) => (name === '' ? '(comment)' : name)).toSorted(),
    lineEnd,
    closed: /(?:\r\n|\n|\r){2}$/u.test(text),
  };
}

/** What is put beneath a row begins further in than the row. */
const INDENT = '      ';

/**
 * Columns padded to their widest cell, two spaces between them; `<first head that says something>: (none)` without rows.
 *
 * in: `charsMax`: how wide it may be. Columns from the first that does not fit on are put beneath their row, one a line with its head, so
 *     that what is needed most comes first.
 */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], charsMax = Infinity): string[] {
  if (rows.length === 0) return [`${head.find((name) => name !== '') ?? ''}: (none)`];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const fitting = countFitting(widths, charsMax);
  const line = (row: readonly string[]): string =>
    `  ${row
      .slice(0, fitting)
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')}`.trimEnd();
  const beneath = (row: readonly string[]): readonly string[] =>
    row.flatMap((cell, column) => (column < fitting || cell === '' ? [] : [`${INDENT}${head[column] ?? ''}: ${cell}`]));
  return [line(head), ...rows.flatMap((row) => [line(row), ...beneath(row)])];
}

/** How wide the terminal is, in characters; without limit where nobody watches. */
export function terminalChars(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : Infinity;
}

function countFitting(widths: readonly number[], charsMax: number): number {
  let chars = 0;
  const first = widths.findIndex((width) => (chars += 2 + width) > charsMax);
  return first === -1 ? widths.length : Math.max(first, 1);
}

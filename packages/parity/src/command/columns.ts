/** Rows under a head, each column as wide as its widest cell, numbers to the right; every line indented by two. */
export function alignColumns(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d,.]+(?: %)?$/u.test(row[column] ?? '')));
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number): string =>
    isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return all.map((row) => `  ${row.map(align).join('  ')}`.trimEnd());
}

/** A whole number as people read it: `2,995`. */
export function whole(count: number): string {
  return count.toLocaleString('en');
}

/** `1 record`, `2,995 records`. */
export function counted(count: number, one: string): string {
  return `${whole(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** What is put beneath a row begins further in than the row. */
const INDENT = '      ';
const BETWEEN = ' · ';
const NUMBER = /^[\d,.]+(?: %)?$/u;
/** A column narrower than this is not worth wrapping in. */
const WRAP_CHARS_MIN = 24;

type Row = readonly string[];

/**
 * Rows under a head: all of it two spaces in, columns as wide as their widest cell and two spaces apart, numbers to the right.
 *
 * in:     `charsMax`: how wide it may be. When the last column alone is too wide, its cells are wrapped within it. Else columns from the
 *         first that does not fit on are beneath their row, each with its head, so that what is needed most comes first.
 * out:    lines; `<first head that says something>: (none)` without rows.
 */
export function renderTable(head: Row, rows: readonly Row[], charsMax: number = terminalChars()): readonly string[] {
  if (rows.length === 0) return [`${head.find((name) => name !== '') ?? ''}: (none)`];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => rows.every((row) => NUMBER.test(row[column] ?? '')));
  const fitting = countFitting(widths, charsMax);
  const align = (cell: string, column: number): string =>
    isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  const line = (row: Row): string => `  ${row.slice(0, fitting).map(align).join('  ')}`;
  const room = charsMax - line(head).length - 2;
  if (fitting === head.length - 1 && room >= WRAP_CHARS_MIN)
    return [head, ...rows].flatMap((row) => beside(line(row), row[fitting] ?? '', room));
  return [line(head).trimEnd(), ...rows.flatMap((row) => [line(row).trimEnd(), ...beneath(head, row, fitting, charsMax)])];
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

/** The last cell, wrapped in the room that its column has. */
function beside(line: string, cell: string, room: number): readonly string[] {
  const [first = '', ...others] = flow(cell.split(' '), ' ', room);
  return [`${line}  ${first}`.trimEnd(), ...others.map((text) => `${' '.repeat(line.length)}  ${text}`)];
}

/** The cells that have no place in their row. What is empty is nowhere. */
function beneath(head: Row, row: Row, from: number, charsMax: number): readonly string[] {
  const cells = row.slice(from).flatMap((cell, index) => {
    const name = head[from + index] ?? '';
    return cell === '' ? [] : [name === '' ? cell : `${name}: ${cell}`];
  });
  return flow(cells, BETWEEN, charsMax - INDENT.length).map((text) => INDENT + text);
}

/** As many pieces on a line as fit; one that fits on none has its own. */
function flow(pieces: readonly string[], between: string, charsMax: number): readonly string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + between.length + piece.length <= charsMax) lines[lines.length - 1] = last + between + piece;
    else lines.push(piece);
  }
  return lines;
}

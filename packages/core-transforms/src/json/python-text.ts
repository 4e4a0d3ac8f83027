import type { JsonValue } from '../contract/json.ts';

/**
 * A value as Python's `repr` prints it, as the reference puts it into prompts.
 *
 * in:  a value without `undefined`; an absent member is left out.
 */
export function toPythonText(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(toPythonText).join(', ')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${quote(name)}: ${toPythonText(member)}`],
  );
  return `{${members.join(', ')}}`;
}

/** Quotes a text as `repr` does: with single quotes, unless it has some and no double ones. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(mark, `\\${mark}`);
  return mark + escaped + mark;
}

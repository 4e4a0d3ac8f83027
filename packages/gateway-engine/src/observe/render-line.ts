import type { LogFields } from '../ports/index.ts';

const PLAIN = /^[\w.:/@+*-]+$/u;
/** What moves a terminal's cursor, changes its colours or turns the direction of reading. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const INDENT = '         ';

/**
 * An event as a person reads it: `18:26:21 WARN  call failed status=429 detail="no answer in time"`. A field of several lines, such as a
 * stack, stands below, one line each.
 *
 * in:  the local time of `at`; a mark that is written as it is. Everything else may come from anywhere: nothing of it acts on a terminal.
 * out: without the end of the last line.
 */
export function renderLine(at: Date, mark: string, event: string, fields: LogFields): string {
  const told = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [{ name, text: String(value) }]));
  const line = told.flatMap(({ name, text }) => (text.includes('\n') ? [] : [` ${name}=${PLAIN.test(text) ? text : quote(text)}`]));
  const below = told.flatMap(({ name, text }) => (text.includes('\n') ? [name, ...text.split('\n')] : []));
  const head = `${at.toTimeString().slice(0, 'hh:mm:ss'.length)} ${mark} ${show(event)}${line.join('')}`;
  return [head, ...below.map((text) => `${INDENT}${show(text)}`)].join('\n');
}

function quote(text: string): string {
  return show(JSON.stringify(text));
}

function show(text: string): string {
  return text.replaceAll(UNSEEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

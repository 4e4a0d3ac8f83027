/** A text as PostgreSQL takes it: without NUL, and without halves of characters, which have no place in its JSON. */
export function plainText(text: string): string {
  const whole = text.includes('\u0000') ? text.replaceAll('\u0000', '') : text;
  return whole.isWellFormed() ? whole : whole.toWellFormed();
}

/** A text as PostgreSQL takes it: without NUL, and without lone surrogates, which its JSON refuses. */
export function plainText(text: string): string {
  const whole = text.includes('\u0000') ? text.replaceAll('\u0000', '') : text;
  return whole.isWellFormed() ? whole : whole.toWellFormed();
}

/** PostgreSQL takes no NUL in a text. */
export function plainText(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '') : text;
}

/** A float as the reference prints it: `10.0`, `1e-07`. Powers begin below 1e-4 and at 1e16, where JavaScript still writes zeros. */
export function pythonNumber(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e16) ? value.toExponential() : String(value);
  const exponent = /^(.*)e([+-])(\d+)$/u.exec(text);
  if (exponent !== null) return `${exponent[1] ?? ''}e${exponent[2] ?? ''}${exponent[3]?.padStart(2, '0') ?? ''}`;
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** An instant as the reference prints it: `2026-01-31 12:00:00.250000+00:00`. */
export function pythonInstant(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().replace('Z', '').split('T');
  const [seconds = '', fraction = '000'] = time.split('.');
  return `${date} ${seconds}${fraction === '000' ? '' : `.${fraction}000`}+00:00`;
}

/** The same where the reference writes ISO 8601: `2026-01-31T12:00:00.250000+00:00`. */
export function pythonIsoInstant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

/** A list of texts as the reference prints it: `['a', 'b']`. */
export function pythonList(texts: readonly string[]): string {
  return `[${texts.map(pythonText).join(', ')}]`;
}

/** A text as the reference prints it within something else: in single quotes, unless it holds one and no double one. */
export function pythonText(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replace(/['\\]/gu, String.raw`\$&`)}'`;
}

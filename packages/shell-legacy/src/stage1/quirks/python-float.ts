/**
 * The reference prints floats as Python does: `10.0`, `0.0001`, `9e-05`, `1e+16`.
 *
 * in:  a finite number.
 */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

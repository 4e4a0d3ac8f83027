/** A regular expression of a configuration; undefined where it is none. */
export function toPattern(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u');
  } catch {
    return undefined;
  }
}

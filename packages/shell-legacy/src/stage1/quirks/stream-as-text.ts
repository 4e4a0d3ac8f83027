/** Clients that build their bodies from forms send the word: the reference streams for `"true"` too. */
export function asksForStream(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

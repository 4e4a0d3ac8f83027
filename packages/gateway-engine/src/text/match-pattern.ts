/** Whether a text fits a pattern whose stars stand for any characters, or none. Cost: O(text × stars), so that no pattern can make it slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  if (!pattern.includes('*')) return false;
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces[pieces.length - 1] ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

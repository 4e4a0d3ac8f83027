/** The least number of characters of a key that its maker chose himself. */
export const KEY_LENGTH_MIN = 16;

/** `sk-...` and the last four characters, as the reference shows a key; without those for a key so short that they would give it away. */
export function nameKey(key: string): string {
  const characters = [...key];
  return `sk-...${characters.length < KEY_LENGTH_MIN ? '' : characters.slice(-4).join('')}`;
}

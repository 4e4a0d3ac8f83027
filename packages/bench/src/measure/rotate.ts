/** A list that begins elsewhere, every other time backwards: nobody is always the first, nor always after the same one. */
export function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const turned = [...list.slice(by % list.length), ...list.slice(0, by % list.length)];
  return by % 2 === 0 ? turned : turned.toReversed();
}

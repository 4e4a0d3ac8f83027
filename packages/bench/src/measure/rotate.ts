/** The list rotated, and reversed every other round, so that no element is always first, or always after the same one. */
export function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const turned = [...list.slice(by % list.length), ...list.slice(0, by % list.length)];
  return by % 2 === 0 ? turned : turned.toReversed();
}

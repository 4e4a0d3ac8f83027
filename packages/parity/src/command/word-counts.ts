/** A whole number as people read it: `2,995`. */
export function whole(count: number): string {
  return count.toLocaleString('en');
}

/** `1 record`, `2,995 records`. */
export function counted(count: number, one: string): string {
  return `${whole(count)} ${one}${count === 1 ? '' : 's'}`;
}

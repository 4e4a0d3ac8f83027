const LENGTH_MAX = 256;

/**
 * The reference shows the call id that a client sends, whatever it is, up to 256 characters. Ids in answers derive from our
 * own all the same: two calls with one id must not mint the same ones.
 */
export function chooseCallId(given: string | string[] | undefined, own: string): string {
  const id = Array.isArray(given) ? given.join(', ') : given;
  return id === undefined || id === '' || id.length > LENGTH_MAX ? own : id;
}

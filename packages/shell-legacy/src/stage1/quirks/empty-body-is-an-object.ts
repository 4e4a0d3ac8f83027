const EMPTY_OBJECT = new TextEncoder().encode('{}');

/** The reference reads an empty body as an empty object, and then says what is missing in it. */
export function emptyMeansObject(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === 0 ? EMPTY_OBJECT : bytes;
}

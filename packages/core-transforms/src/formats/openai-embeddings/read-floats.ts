const FLOAT_BYTES = 4;

/**
 * Reads little-endian 32-bit floats from base64, OpenAI's encoding for `encoding_format: base64`.
 *
 * out:  undefined for a text that is not such an encoding.
 * cost: linear; an embedding of 1,536 numbers is 8 KB of text.
 */
export function readFloats(base64: string): readonly number[] | undefined {
  const letters = decode(base64);
  if (letters === undefined || letters.length % FLOAT_BYTES !== 0) return undefined;
  const view = new DataView(new ArrayBuffer(letters.length));
  for (let at = 0; at < letters.length; at += 1) view.setUint8(at, letters.charCodeAt(at));
  const floats = Array.from({ length: letters.length / FLOAT_BYTES }, (_, index) => view.getFloat32(index * FLOAT_BYTES, true));
  return floats.every(Number.isFinite) ? floats : undefined;
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

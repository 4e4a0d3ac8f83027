import { crc32 } from '../src/framing/crc32.ts';

/** A message of an AWS event stream, built by the specification, apart from the reader under test. */
export function awsMessage(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const encoder = new TextEncoder();
  const headerBytes = Object.entries(headers).flatMap(([name, value]) => {
    const [nameBytes, valueBytes] = [encoder.encode(name), encoder.encode(value)];
    return [nameBytes.length, ...nameBytes, 7, valueBytes.length >> 8, valueBytes.length & 255, ...valueBytes];
  });
  const payloadBytes = encoder.encode(payload);
  const total = 12 + headerBytes.length + payloadBytes.length + 4;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headerBytes.length);
  view.setUint32(8, crc32(bytes, 0, 8));
  bytes.set(headerBytes, 12);
  bytes.set(payloadBytes, 12 + headerBytes.length);
  view.setUint32(total - 4, crc32(bytes, 0, total - 4));
  return bytes;
}

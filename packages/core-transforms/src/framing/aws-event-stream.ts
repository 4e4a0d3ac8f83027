import { fail, ok, type Outcome } from '../contract/outcome.ts';
import type { Step, StreamMachine } from '../contract/stream-machine.ts';
import { crc32 } from './crc32.ts';

/** One message of an AWS event stream: its string headers (`:event-type`, `:message-type` …) and its payload as text. */
export interface AwsEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** Bytes that do not form a whole message yet. The only machine state that is not plain JSON, because it holds the input itself. */
export interface AwsEventState {
  readonly pieces: readonly Uint8Array[];
  readonly length: number;
}

/** Bytes in one message, at most. AWS allows 16 MiB of payload; no model streams a delta near ours. */
const AWS_MESSAGE_BYTES_MAX: number = 8 * 1024 * 1024;

/** Total length, headers length, and the checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** Bytes of each header value type that has a fixed size; 6 (bytes) and 7 (string) carry a length of their own. */
const FIXED_VALUE_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

const START: AwsEventState = { pieces: [], length: 0 };
const utf8 = new TextDecoder();

/**
 * Bytes, cut anywhere → messages of an AWS event stream (`application/vnd.amazon.eventstream`).
 *
 * errors: `bad-upstream` for a wrong checksum, an impossible length, or a message over AWS_MESSAGE_BYTES_MAX;
 *         `stream-cut` for an end inside a message.
 * source: Amazon Transcribe, "Event stream encoding" (the format is shared by Bedrock), read 2026-11-23.
 */
export function awsEventStream(provider: string): StreamMachine<AwsEventState, Uint8Array, AwsEvent> {
  return {
    start: () => START,
    step: (state, chunk) => {
      if (chunk.length === 0) return { state, out: [] };
      const held: AwsEventState = { pieces: [...state.pieces, chunk], length: state.length + chunk.length };
      // Small pieces are gathered until a whole prelude, and then a whole message, is there, so that bytes are joined only once.
      const expected = expectedBytes(held);
      if (expected === undefined || (held.length < expected && expected <= AWS_MESSAGE_BYTES_MAX)) return { state: held, out: [] };
      return readMessages(provider, joined(held));
    },
    end: (state) => {
      if (state.length === 0) return { state: START, out: [] };
      return { state: START, out: [], error: { kind: 'stream-cut', provider, phase: 'inside an event stream message' } };
    },
  };
}

/** Bytes the first message needs, once the first four are there. */
function expectedBytes(state: AwsEventState): number | undefined {
  if (state.length < PRELUDE_BYTES) return undefined;
  let value = 0;
  let taken = 0;
  for (const piece of state.pieces) {
    for (const byte of piece) {
      value = value * 256 + byte;
      taken += 1;
      if (taken === 4) return value;
    }
  }
  return undefined;
}

function joined(state: AwsEventState): Uint8Array {
  const [only] = state.pieces;
  if (only !== undefined && state.pieces.length === 1) return only;
  const bytes = new Uint8Array(state.length);
  let position = 0;
  for (const piece of state.pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

function readMessages(provider: string, bytes: Uint8Array): Step<AwsEventState, AwsEvent> {
  const out: AwsEvent[] = [];
  let position = 0;
  while (bytes.length - position >= PRELUDE_BYTES) {
    const total = readUint32(bytes, position);
    const headers = readUint32(bytes, position + 4);
    const problem = preludeProblem(bytes, position, total, headers);
    if (problem !== undefined) return { state: START, out, error: { kind: 'bad-upstream', provider, message: problem } };
    if (bytes.length - position < total) break;
    const event = readMessage(provider, bytes, position, total, headers);
    if (!event.ok) return { state: START, out, error: event.error };
    out.push(event.value);
    position += total;
  }
  if (position === bytes.length) return { state: START, out };
  const rest = bytes.slice(position);
  return { state: { pieces: [rest], length: rest.length }, out };
}

function preludeProblem(bytes: Uint8Array, start: number, total: number, headers: number): string | undefined {
  if (crc32(bytes, start, start + 8) !== readUint32(bytes, start + 8)) return 'event stream prelude checksum mismatch';
  if (total > AWS_MESSAGE_BYTES_MAX) return `one event stream message is longer than ${AWS_MESSAGE_BYTES_MAX} bytes`;
  if (total < PRELUDE_BYTES + headers + CHECKSUM_BYTES) return 'event stream message is shorter than its parts';
  return undefined;
}

function readMessage(provider: string, bytes: Uint8Array, start: number, total: number, headerBytes: number): Outcome<AwsEvent> {
  const checksumAt = start + total - CHECKSUM_BYTES;
  if (crc32(bytes, start, checksumAt) !== readUint32(bytes, checksumAt)) {
    return fail({ kind: 'bad-upstream', provider, message: 'event stream message checksum mismatch' });
  }
  const headersEnd = start + PRELUDE_BYTES + headerBytes;
  const headers = readHeaders(bytes, start + PRELUDE_BYTES, headersEnd);
  if (headers === undefined) return fail({ kind: 'bad-upstream', provider, message: 'event stream headers are malformed' });
  return ok({ headers, payload: utf8.decode(bytes.subarray(headersEnd, checksumAt)) });
}

/** String headers by name. Values of other types are skipped, as no provider uses them. */
function readHeaders(bytes: Uint8Array, start: number, end: number): Readonly<Record<string, string>> | undefined {
  const entries: [string, string][] = [];
  let position = start;
  while (position < end) {
    const nameEnd = position + 1 + (bytes[position] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    const name = utf8.decode(bytes.subarray(position + 1, nameEnd));
    const fixed = FIXED_VALUE_BYTES[type];
    const hasLength = type === 6 || type === 7;
    if (fixed === undefined && !hasLength) return undefined;
    const valueStart = nameEnd + (hasLength ? 3 : 1);
    const valueEnd = valueStart + (fixed ?? (bytes[nameEnd + 1] ?? 0) * 256 + (bytes[nameEnd + 2] ?? 0));
    if (valueEnd > end) return undefined;
    if (type === 7) entries.push([name, utf8.decode(bytes.subarray(valueStart, valueEnd))]);
    position = valueEnd;
  }
  return Object.fromEntries(entries);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

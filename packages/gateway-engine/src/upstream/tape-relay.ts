import { Readable } from 'node:stream';
import type { CallTape } from '../ports/index.ts';
import type { OutgoingCall, RelaySink } from './relay-ends.ts';

/** Longer bodies are relayed, but not recorded. */
const TAPED_BYTES_MAX = 64 * 1_048_576;

/** A client's body that is copied to a tape as it passes. */
export function tapeBody(body: OutgoingCall['body'], tape: CallTape): OutgoingCall['body'] {
  if (body instanceof Readable) return Readable.from(tell(body, tape), { objectMode: false });
  tape.asked(body ?? new Uint8Array(0));
  return body;
}

async function* tell(body: Readable, tape: CallTape): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length <= TAPED_BYTES_MAX) pieces.push(piece);
    yield piece;
  }
  if (length <= TAPED_BYTES_MAX) tape.asked(Buffer.concat(pieces));
}

/** The client's end of a call, with the tape beside it. */
export function tapeSink(sink: RelaySink, tape: CallTape): RelaySink {
  return {
    start: (status, statusText, headers) => {
      sink.start(status, statusText, headers);
      tape.replied(status, joinPairs(headers));
    },
    write: (chunk, resume) => {
      tape.wrote(chunk);
      return sink.write(chunk, resume);
    },
    end: () => {
      sink.end();
      tape.ended();
    },
    fail: (error) => {
      sink.fail(error);
      tape.failed({ kind: 'reset', message: error.message });
      tape.ended();
    },
  };
}

/** Names and values in turn, as an object with lower-case names. Repeated ones are joined by `, `. */
export function joinPairs(flat: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = (flat[at] ?? '').toLowerCase();
    const value = flat[at + 1] ?? '';
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name] ?? ''}, ${value}` : value;
  }
  return headers;
}

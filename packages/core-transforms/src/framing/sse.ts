import type { Step, StreamMachine } from '../contract/stream-machine.ts';

/** One server-sent event. `event` is empty when the stream named none. */
export interface SseFrame {
  readonly event: string;
  /** The data lines, joined by LF. */
  readonly data: string;
}

/** The state between two pieces of an event stream. */
export interface SseState {
  /** The line that is not complete yet. */
  readonly rest: string;
  readonly event: string;
  /** The data lines of the current event; null where it has none yet. */
  readonly data: string | null;
  /** The last piece ended in CR, so an LF that follows is part of the same line end. */
  readonly afterCr: boolean;
  /** Nothing has been read yet, so a byte order mark may come. */
  readonly fresh: boolean;
}

/** The most characters of one event. A longer one is not an answer but an attack or a fault. */
export const FRAME_CHARACTERS_MAX: number = 8 * 1024 * 1024;

const EMPTY: readonly SseFrame[] = [];

const START: SseState = { rest: '', event: '', data: null, afterCr: false, fresh: true };
const BETWEEN: SseState = { rest: '', event: '', data: null, afterCr: false, fresh: false };

/**
 * Decoded text, cut anywhere → server-sent events.
 *
 * out:    frames in order; comments, `id` and `retry` are dropped; an event without data is dropped.
 * errors: `bad-upstream` for an event longer than FRAME_CHARACTERS_MAX.
 * cost:   linear in the text, however it is cut: only new text is searched for line ends.
 * source: WHATWG HTML, 9.2.6 "Interpreting an event stream", but for the end: a last event whose closing blank line is
 *         missing is still emitted, since providers leave it out and the reference reads it.
 */
export function sseFrames(provider: string): StreamMachine<SseState, string, SseFrame> {
  return {
    start: () => START,
    step: (state, text) => step(provider, state, text),
    end: (state) => {
      const closing = step(provider, state, state.rest === '' ? '\n' : '\n\n');
      return { ...closing, state: BETWEEN };
    },
  };
}

function step(provider: string, state: SseState, text: string): Step<SseState, SseFrame> {
  if (text === '') return { state, out: EMPTY };
  if (state === BETWEEN) {
    const whole = wholeFrame(text);
    if (whole !== undefined) return { state, out: [whole] };
  }
  return readLines(provider, state, text);
}

/** The common case of a piece that is exactly one event: an optional name, one data line, and two LFs. Undefined for all others. */
function wholeFrame(text: string): SseFrame | undefined {
  const end = text.length - 2;
  if (text.charCodeAt(end) !== 10 || text.charCodeAt(end + 1) !== 10 || text.includes('\r')) return undefined;
  let event = '';
  let start = 0;
  if (text.startsWith('event: ')) {
    start = text.indexOf('\n') + 1;
    event = text.slice(7, start - 1);
  }
  if (!text.startsWith('data: ', start) || text.indexOf('\n', start) !== end) return undefined;
  return { event, data: text.slice(start + 6, end) };
}

function readLines(provider: string, state: SseState, text: string): Step<SseState, SseFrame> {
  let { rest, event, data } = state;
  let position = state.fresh && text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (state.afterCr && text.charCodeAt(position) === 10) position += 1;
  const hasCr = text.includes('\r');
  let out: SseFrame[] | undefined;
  let lineEnd = findLineEnd(text, position, hasCr);
  while (lineEnd !== -1) {
    const line = rest === '' ? text.slice(position, lineEnd) : rest + text.slice(position, lineEnd);
    rest = '';
    position = lineEnd + 1;
    if (text.charCodeAt(lineEnd) === 13 && text.charCodeAt(position) === 10) position += 1;
    if (line === '') {
      if (data !== null) (out ??= []).push({ event, data });
      event = '';
      data = null;
    } else {
      const value = fieldValue(line, 'data');
      if (value !== undefined) data = data === null ? value : `${data}\n${value}`;
      else event = fieldValue(line, 'event') ?? event;
    }
    lineEnd = findLineEnd(text, position, hasCr);
  }
  if (position < text.length) rest += text.slice(position);
  const afterCr = hasCr && text.charCodeAt(text.length - 1) === 13;
  const between = rest === '' && event === '' && data === null && !afterCr;
  const next = between ? BETWEEN : { rest, event, data, afterCr, fresh: false };
  if (rest.length + (data === null ? 0 : data.length) > FRAME_CHARACTERS_MAX) {
    return { state: next, out: out ?? EMPTY, error: tooLong(provider) };
  }
  return { state: next, out: out ?? EMPTY };
}

function findLineEnd(text: string, from: number, hasCr: boolean): number {
  const lineFeed = text.indexOf('\n', from);
  if (!hasCr) return lineFeed;
  const carriageReturn = text.indexOf('\r', from);
  if (carriageReturn === -1) return lineFeed;
  return lineFeed === -1 ? carriageReturn : Math.min(lineFeed, carriageReturn);
}

/** The value of a line `name: value`, one leading space dropped; undefined when the line has another name. */
function fieldValue(line: string, name: string): string | undefined {
  if (!line.startsWith(name)) return undefined;
  if (line.length === name.length) return '';
  if (line.charCodeAt(name.length) !== 58) return undefined;
  return line.slice(line.charCodeAt(name.length + 1) === 32 ? name.length + 2 : name.length + 1);
}

function tooLong(provider: string): { kind: 'bad-upstream'; provider: string; message: string } {
  return { kind: 'bad-upstream', provider, message: `one stream event is longer than ${FRAME_CHARACTERS_MAX} characters` };
}

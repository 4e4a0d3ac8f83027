import type { StreamMachine } from '../contract/stream-machine.ts';
import { FRAME_CHARACTERS_MAX } from './sse.ts';

/**
 * Decoded text, cut anywhere → lines that are not blank, one JSON text each (NDJSON).
 *
 * out:    lines without line ends; a last line need not have one.
 * errors: `bad-upstream` for a line longer than FRAME_CHARACTERS_MAX.
 */
export function jsonLines(provider: string): StreamMachine<string, string, string> {
  return {
    start: () => '',
    step: (rest, text) => {
      const lineEnd = text.lastIndexOf('\n');
      if (lineEnd === -1) {
        const longer = rest + text;
        if (longer.length <= FRAME_CHARACTERS_MAX) return { state: longer, out: [] };
        const message = `one stream line is longer than ${FRAME_CHARACTERS_MAX} characters`;
        return { state: '', out: [], error: { kind: 'bad-upstream', provider, message } };
      }
      return { state: text.slice(lineEnd + 1), out: linesOf(rest + text.slice(0, lineEnd)) };
    },
    end: (rest) => ({ state: '', out: linesOf(rest) }),
  };
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

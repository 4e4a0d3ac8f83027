import type { Step, StreamMachine } from '../contract/stream-machine.ts';
import { FRAME_CHARACTERS_MAX } from './sse.ts';

/** The state between two pieces of a JSON array. */
export interface JsonArrayState {
  /** The text of the element that is not complete yet. */
  readonly element: string;
  /** Open brackets inside the element; 0 between elements. */
  readonly depth: number;
  readonly inString: boolean;
  readonly afterBackslash: boolean;
}

const START: JsonArrayState = { element: '', depth: 0, inString: false, afterBackslash: false };

/**
 * Decoded text of one JSON array, cut anywhere → its elements as JSON texts, each as soon as it is whole. Gemini streams
 * this way without `alt=sse`. Elements are objects; everything between them is skipped.
 *
 * errors: `bad-upstream` for an element longer than FRAME_CHARACTERS_MAX; `stream-cut` for an end inside an element.
 * cost:   linear in the text, however it is cut.
 */
export function jsonArrayElements(provider: string): StreamMachine<JsonArrayState, string, string> {
  return {
    start: () => START,
    step: (state, text) => step(provider, state, text),
    end: (state) => {
      if (state.depth === 0) return { state: START, out: [] };
      return { state: START, out: [], error: { kind: 'stream-cut', provider, phase: 'inside an element of the stream' } };
    },
  };
}

function step(provider: string, state: JsonArrayState, text: string): Step<JsonArrayState, string> {
  let { element, depth, inString, afterBackslash } = state;
  const out: string[] = [];
  // The start of the current element in this text.
  let from = 0;
  // The array's own brackets are not counted, only those inside.
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (inString) {
      if (afterBackslash) afterBackslash = false;
      else if (code === 92) afterBackslash = true;
      else if (code === 34) inString = false;
      continue;
    }
    if (code === 34) inString = depth > 0;
    else if (code === 123 || (code === 91 && depth > 0)) {
      if (depth === 0) from = position;
      depth += 1;
    } else if ((code === 125 || code === 93) && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      out.push(element + text.slice(from, position + 1));
      element = '';
    }
  }
  if (depth > 0) element += text.slice(from);
  const next = depth === 0 ? START : { element, depth, inString, afterBackslash };
  if (element.length <= FRAME_CHARACTERS_MAX) return { state: next, out };
  const message = `one stream element is longer than ${FRAME_CHARACTERS_MAX} characters`;
  return { state: START, out, error: { kind: 'bad-upstream', provider, message } };
}

/** A text split into reasoning and the rest. */
export interface SplitText {
  /** Undefined if the text does not begin with reasoning. */
  readonly thought: string | undefined;
  readonly text: string;
}

const THOUGHT = /^<(?:think|thinking|budget:thinking)>(.*?)<\/(?:think|thinking|budget:thinking)>(.*)$/su;

/** Splits off the reasoning at the beginning of a text. */
export function splitThought(whole: string): SplitText {
  const [, thought, text] = THOUGHT.exec(whole) ?? [];
  return { thought, text: text ?? whole };
}

/**
 * A stream's phase: no reasoning yet, reasoning in a separate member (which ends when text comes), reasoning between tags in the text, or
 * reasoning over.
 */
export type ThoughtPhase = 'none' | 'beside' | 'tagged' | 'over';

/** The reasoning and text that one line adds. */
export interface ThoughtStep {
  readonly phase: ThoughtPhase;
  readonly thought: string;
  readonly text: string;
}

const OPENING = '<think>';
const CLOSING = '</think>';

/**
 * Separates reasoning from text, line by line.
 *
 * in: the phase before the line; the line's reasoning and text, empty strings for none.
 */
export function readThought(before: ThoughtPhase, thought: string, text: string): ThoughtStep {
  if (text === '') return { phase: before === 'none' && thought !== '' ? 'beside' : before, thought, text };
  if (before === 'beside' || thought !== '') return { phase: 'over', thought, text };
  if (before === 'over' || (before === 'none' && !text.includes(OPENING))) return { phase: before, thought, text };
  const tagged = text.replace(OPENING, '');
  const end = tagged.indexOf(CLOSING);
  if (end === -1) return { phase: 'tagged', thought: tagged, text: '' };
  return { phase: 'over', thought: tagged.slice(0, end), text: tagged.slice(end + CLOSING.length) };
}

/** A line's part of a delta; empty for a line that adds nothing. */
export function toSpoken({ thought, text }: ThoughtStep): { readonly reasoning_content?: string; readonly content?: string } {
  return { ...(thought !== '' && { reasoning_content: thought }), ...(text !== '' && { content: text }) };
}

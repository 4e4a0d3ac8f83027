/** Text with the reasoning that a model wrote into it taken apart. */
export interface SplitText {
  /** Undefined where the text does not begin with any. */
  readonly thought: string | undefined;
  readonly text: string;
}

const THOUGHT = /^<(?:think|thinking|budget:thinking)>(.*?)<\/(?:think|thinking|budget:thinking)>(.*)$/su;

/** Takes the reasoning off a text that begins with it. */
export function splitThought(whole: string): SplitText {
  const [, thought, text] = THOUGHT.exec(whole) ?? [];
  return { thought, text: text ?? whole };
}

/**
 * Where a stream stands: no reasoning yet, some in a member of its own (which ends when text comes), some between tags in the
 * text, or all of it said.
 */
export type ThoughtPhase = 'none' | 'beside' | 'tagged' | 'over';

/** What one line adds. */
export interface ThoughtStep {
  readonly phase: ThoughtPhase;
  readonly thought: string;
  readonly text: string;
}

const OPENING = '<think>';
const CLOSING = '</think>';

/**
 * Tells reasoning from text, line by line.
 *
 * in: where the stream stood, the reasoning and the text of the line; an empty string for none.
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

/** A line's part of the answer; nothing for a line without any. */
export function toSpoken({ thought, text }: ThoughtStep): { readonly reasoning_content?: string; readonly content?: string } {
  return { ...(thought !== '' && { reasoning_content: thought }), ...(text !== '' && { content: text }) };
}

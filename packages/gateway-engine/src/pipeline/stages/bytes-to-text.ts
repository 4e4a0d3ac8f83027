import type { Ambient, OpaqueMachine, Step, TransformError } from '@stagegate/core-transforms';

/** Text that a piece of a body gave, and what was wrong with the rest. */
export interface DecodedText {
  readonly text: string;
  readonly error?: TransformError | undefined;
}

/** Makes text of one body's bytes, cut anywhere. One per body: it remembers what was cut. */
export interface BytesToText {
  readonly read: (chunk: Uint8Array) => DecodedText;
  /** What was left when the body ended. */
  readonly end: () => DecodedText;
}

const DECODE_MORE = { stream: true } as const;

/** A body that is text: a character may be cut across chunks. */
export function utf8Text(): BytesToText {
  const decoder = new TextDecoder();
  return { read: (chunk) => ({ text: decoder.decode(chunk, DECODE_MORE) }), end: () => ({ text: decoder.decode() }) };
}

/** A binary body, by the transform's own machine. */
export function machineText(machine: OpaqueMachine<Uint8Array, string>, ambient: Ambient): BytesToText {
  let state = machine.start(ambient);
  const take = (step: Step<unknown, string>): DecodedText => {
    state = step.state;
    return { text: step.out.join(''), error: step.error };
  };
  return { read: (chunk) => take(machine.step(state, chunk)), end: () => take(machine.end(state)) };
}

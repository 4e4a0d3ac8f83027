import type { JsonObject } from '../../contract/json.ts';

/** A tool call of the answer so far. */
export interface CallState {
  /** The provider's index; null without one. */
  readonly index: number | null;
  readonly callId: string;
  readonly name: string;
  /** The id of its output item. */
  readonly itemId: string;
  readonly outputIndex: number;
  readonly args: string;
  /** The provider's own members. */
  readonly fields: JsonObject | undefined;
  /** Whether it is a search that runs at the provider: its events come at the end, all at once. */
  readonly isSearch: boolean;
}

/** The part of the state that does not change with every delta. */
export interface AnswerState {
  readonly phase: 'idle' | 'open' | 'ended' | 'done';
  /** The client's id for the response. */
  readonly id: string;
  readonly createdAt: number;
  readonly callId: string;
  /** Whether any part of the answer itself has come. */
  readonly begun: boolean;
  /** Number of output items so far. */
  readonly count: number;
  readonly messageIndex: number | null;
  readonly reasoningIndex: number | null;
  readonly reasoningDone: boolean;
  /** Thinking that its provider can verify: complete blocks, and the text of the one that has begun. */
  readonly blocks: readonly JsonObject[];
  readonly blockText: string;
  readonly annotations: readonly JsonObject[];
  readonly images: readonly JsonObject[];
  readonly fields: JsonObject | null;
  readonly finishReason: string | null;
  readonly usage: JsonObject | null;
}

/** How far an answer has come. Each delta, which only changes texts and counts, rebuilds it with a literal. */
export interface StreamState {
  /** The number of the last event; not every event shows it. */
  readonly sequence: number;
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly CallState[];
  readonly answer: AnswerState;
}

/** A state, and the events that led to it, as text. */
export interface Written {
  readonly state: StreamState;
  readonly text: string;
}

/** The state with some members of its answer changed. */
export function withAnswer(state: StreamState, changed: Partial<AnswerState>): StreamState {
  const { sequence, text, reasoning, calls } = state;
  return { sequence, text, reasoning, calls, answer: { ...state.answer, ...changed } };
}

/** The state with so many more events counted. */
export function counted(state: StreamState, events: number): StreamState {
  const { sequence, text, reasoning, calls, answer } = state;
  return { sequence: sequence + events, text, reasoning, calls, answer };
}

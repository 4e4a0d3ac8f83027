import type { JsonObject } from '../../contract/json.ts';

/** A tool call of the answer as far as it has come. */
export interface CallState {
  /** As the provider counts it; null where it does not. */
  readonly index: number | null;
  readonly callId: string;
  readonly name: string;
  /** The id of its output item. */
  readonly itemId: string;
  readonly outputIndex: number;
  readonly args: string;
  /** What the provider says of it under its own names. */
  readonly fields: JsonObject | undefined;
  /** A search that runs at the provider: its events come at the end, all at once. */
  readonly isSearch: boolean;
}

/** What of an answer changes with some of its chunks, not with every delta. */
export interface AnswerState {
  readonly phase: 'idle' | 'open' | 'ended' | 'done';
  /** As the client knows it. */
  readonly id: string;
  readonly createdAt: number;
  readonly callId: string;
  /** Something of the answer itself was seen. */
  readonly begun: boolean;
  /** Output items so far. */
  readonly count: number;
  readonly messageIndex: number | null;
  readonly reasoningIndex: number | null;
  readonly reasoningDone: boolean;
  /** Thinking that its provider can check: whole blocks, and the text of the one that has begun. */
  readonly blocks: readonly JsonObject[];
  readonly blockText: string;
  readonly annotations: readonly JsonObject[];
  readonly images: readonly JsonObject[];
  readonly fields: JsonObject | null;
  readonly finishReason: string | null;
  readonly usage: JsonObject | null;
}

/** How far an answer has come. Rebuilt with a literal per delta: only texts and counts change then. */
export interface StreamState {
  /** Of the last event; not every event shows it. */
  readonly sequence: number;
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly CallState[];
  readonly answer: AnswerState;
}

/** A state and the events that led to it, as text. */
export interface Written {
  readonly state: StreamState;
  readonly text: string;
}

/** The same state with something of the answer changed. */
export function withAnswer(state: StreamState, changed: Partial<AnswerState>): StreamState {
  const { sequence, text, reasoning, calls } = state;
  return { sequence, text, reasoning, calls, answer: { ...state.answer, ...changed } };
}

/** The same state so many events later. */
export function counted(state: StreamState, events: number): StreamState {
  const { sequence, text, reasoning, calls, answer } = state;
  return { sequence: sequence + events, text, reasoning, calls, answer };
}

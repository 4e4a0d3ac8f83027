import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';

/** A content block that has begun and not ended. */
export interface OpenBlock {
  readonly type: string;
  /** For a call: its index among the answer's calls. */
  readonly callIndex: number;
  /** For a call: its arguments so far. Only kept if they are needed at the end. */
  readonly input: string;
  /** Whether it is the JSON tool's call, whose arguments are the answer's text. */
  readonly isJson: boolean;
  /** For a call to the provider's own tool: its id. */
  readonly serverId: string | null;
}

/** How far a stream has come. */
export interface ChatStreamState {
  readonly id: string;
  readonly created: number;
  /** The provider's name for it, until the answer's own is known. */
  readonly model: string;
  /** `idle` before the first event, `done` once the finish reason has been sent. */
  readonly phase: 'idle' | 'open' | 'done';
  /** Whether a delta with the role has been sent. */
  readonly hasRole: boolean;
  /** The usage of all events, merged; later values replace earlier ones. */
  readonly usage: JsonObject | null;
  /** The open blocks by index; there are several if blocks interleave. */
  readonly blocks: Readonly<Record<string, OpenBlock>>;
  /** How many calls have begun. */
  readonly callCount: number;
  readonly thinkingCharacters: number;
  /** Whether part of the answer was a call of the JSON tool. */
  readonly hasJson: boolean;
  /** The results of the provider's own tools. As in the reference, each chunk that adds some shows all of them. */
  readonly found: JsonObject;
}

/** What a stream's transform needs to know of the request. */
export interface ChatStreamRules {
  readonly plan: Plan;
  /** Whether calls of the JSON tool are the answer's text. */
  readonly takesJson: boolean;
  /** Sent → original names of renamed tools. */
  readonly names: ReadonlyMap<string, string>;
  readonly speed: JsonValue | undefined;
}

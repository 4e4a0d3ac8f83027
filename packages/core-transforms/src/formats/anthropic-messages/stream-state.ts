import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';

/** A content block that has begun and not ended. */
export interface OpenBlock {
  readonly type: string;
  /** Of a call: its place among the answer's calls. */
  readonly callIndex: number;
  /** Of a call: its arguments so far. Only kept where something is made of them at the end. */
  readonly input: string;
  /** The call of the JSON tool: its arguments are the answer's text. */
  readonly isJson: boolean;
  /** Of a call to the provider's own tool: its id and name. */
  readonly serverId: string | null;
}

/** What a stream has told so far. */
export interface ChatStreamState {
  readonly id: string;
  readonly created: number;
  /** As the provider calls it, until the answer's own name is known. */
  readonly model: string;
  /** `idle` before the first event, `done` once the finish reason is out. */
  readonly phase: 'idle' | 'open' | 'done';
  /** A delta with the role is out. */
  readonly hasRole: boolean;
  /** Every event's usage, the later ones over the earlier. */
  readonly usage: JsonObject | null;
  /** The block that is open, by its index; blocks that interleave are each here. */
  readonly blocks: Readonly<Record<string, OpenBlock>>;
  /** Calls that have begun. */
  readonly callCount: number;
  readonly thinkingCharacters: number;
  /** Part of the answer was a call of the JSON tool. */
  readonly hasJson: boolean;
  /** What the provider's own tools found, whole each time it grows, as the reference shows it. */
  readonly found: JsonObject;
}

/** What the request says that a stream's transform must know. */
export interface ChatStreamRules {
  readonly plan: Plan;
  /** Calls of the JSON tool are the answer's text. */
  readonly takesJson: boolean;
  /** Sent → original, of tools that were renamed. */
  readonly names: ReadonlyMap<string, string>;
  readonly speed: JsonValue | undefined;
}

import type { ParamRules } from '../../providers/provider-row.ts';

/** One message of a conversation, as text. */
export interface Line {
  readonly role: string;
  readonly text: string;
}

/** A family of models that take a prompt: what they take besides, and how the prompt is written. */
export interface TextFamily {
  /** Names of its models. */
  readonly models: RegExp;
  readonly params: ParamRules;
  readonly write: (lines: readonly Line[], model: string) => string;
  /** Where the prompt stands in the body; absent: `prompt`. */
  readonly promptName?: string;
  /** Where the parameters stand; absent: beside the prompt. */
  readonly paramsName?: string;
  /** A stream is asked for in the body, too. */
  readonly saysStream?: boolean;
}

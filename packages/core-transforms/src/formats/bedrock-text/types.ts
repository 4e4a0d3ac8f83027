import type { ParamRules } from '../../providers/provider-row.ts';

/** One message of a conversation, as text. */
export interface Line {
  readonly role: string;
  readonly text: string;
}

/** A family of models that take a prompt: the parameters they accept, and how the prompt is written. */
export interface TextFamily {
  /** Matches the names of its models. */
  readonly models: RegExp;
  readonly params: ParamRules;
  readonly write: (lines: readonly Line[], model: string) => string;
  /** The member of the body with the prompt; default `prompt`. */
  readonly promptName?: string;
  /** The member with the parameters; default: they are beside the prompt. */
  readonly paramsName?: string;
  /** Whether the body, too, asks for a stream. */
  readonly saysStream?: boolean;
}

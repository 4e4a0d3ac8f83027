import type { ShownError } from '../errors/transform-error.ts';

/** How a provider's errors reach the client. */
export interface ErrorRules {
  /** What of the provider's body the message shows: its own sentence, or the body as it came. */
  readonly shows: 'sentence' | 'whole-body';
  /** An error without a status amid a stream is typed as a server's fault; absent means that it has no type. */
  readonly typesStreamErrors?: boolean;
  /** What every error amid a stream is shown as, but for a prompt that is too long or refused for its content. */
  readonly amidStream?: ShownError;
  /** The format's own reading of bodies does not hold: the status alone decides, but for `bySaying`. */
  readonly byStatusAlone?: boolean;
  /** Every status has the class that it has for other formats; absent: some have none of their own. */
  readonly classesByStatus?: boolean;
  /** Words of the body that decide before the status does; the first that are found. */
  readonly bySaying?: readonly SaidError[];
  /** By the status the provider sent, where the format's own table does not hold. */
  readonly byStatus?: Readonly<Record<number, ErrorRemap>>;
  /** Words in the body that mean: the prompt is too long for the model. Lower case. */
  readonly contextWindow?: readonly string[];
  /** Words in the body that mean: refused for its content. Lower case. */
  readonly contentPolicy?: readonly string[];
}

/** What the client sees instead; an absent member stays as the table has it. */
export interface ErrorRemap {
  readonly status?: number;
  /** `litellm.<this>: …` */
  readonly className?: string;
  readonly type?: string;
}

/** What the client sees where a provider's body has these words. */
export interface SaidError extends ErrorRemap {
  readonly says: string;
}

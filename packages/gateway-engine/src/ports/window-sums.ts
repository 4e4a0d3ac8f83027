/** A sum of money that begins anew: a time after the first cent was added to it. */
export interface SumWindow {
  /** The reference's name for it: `provider_spend:openai:1d`. */
  readonly key: string;
  /** And for when it began: `provider_budget_start_time:openai`. */
  readonly startKey: string;
  /** How long it lasts, in the reference's notation: `1d`. */
  readonly duration: string;
}

/** Sums of this process, or of all that share a Redis. No call waits for them. */
export interface WindowSums {
  /** What was added since the window began, USD; 0 once it is over. */
  readonly read: (window: SumWindow) => number;
  /** Wall clock, ms; undefined: nothing was added yet, or not since the last one was over. */
  readonly endsMs: (window: SumWindow) => number | undefined;
  readonly add: (window: SumWindow, usd: number) => void;
}

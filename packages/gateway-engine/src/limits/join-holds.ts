import type { RateHold } from '../ports/index.ts';

/** Joins the holds on two kinds of limits: told of tokens, and ended, together. */
export function joinHolds(first: RateHold | undefined, second: RateHold): RateHold {
  if (first === undefined) return second;
  return {
    left: [...first.left, ...second.left],
    told: (tokens) => {
      first.told(tokens);
      second.told(tokens);
    },
    end: (failed, nowMs) => {
      first.end(failed, nowMs);
      second.end(failed, nowMs);
    },
  };
}

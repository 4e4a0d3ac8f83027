import type { CallAnswer, Clock, RateHold } from '../ports/index.ts';

/**
 * Has a call answered that holds something of its limits, and ends the hold with the answer; a stream's is ended where the stream is.
 *
 * in: `isFree` gives back what is held, whatever is answered.
 */
export async function whileHeld(
  clock: Pick<Clock, 'monotonicMs'>,
  hold: RateHold,
  isFree: boolean,
  answering: () => Promise<CallAnswer>,
): Promise<CallAnswer> {
  try {
    const answer = await answering();
    if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) hold.end(isFree || answer.status >= 300, clock.monotonicMs());
    return answer;
  } catch (bug) {
    hold.end(true, clock.monotonicMs());
    throw bug;
  }
}

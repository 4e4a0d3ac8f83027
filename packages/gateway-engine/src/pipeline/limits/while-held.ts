import { isWhole, type CallAnswer, type Clock, type RateHold } from '../../ports/index.ts';

/**
 * Ends a hold together with the answer that it was taken for. A stream's hold is ended where the stream ends.
 *
 * in: `isFree`: the call uses no tokens, so that those it reserved are given back also when it succeeds.
 */
export async function whileHeld(
  clock: Pick<Clock, 'monotonicMs'>,
  hold: RateHold,
  isFree: boolean,
  answering: () => Promise<CallAnswer>,
): Promise<CallAnswer> {
  try {
    const answer = await answering();
    if (isWhole(answer.body)) hold.end(isFree || answer.status >= 300, clock.monotonicMs());
    return answer;
  } catch (bug) {
    hold.end(true, clock.monotonicMs());
    throw bug;
  }
}

import { median } from '../report/median.ts';
import { cpuTimeOf } from './cpu-time.ts';
import type { Pair } from './pairs.ts';

/** How long a pair is run, in milliseconds of CPU. */
export interface Patience {
  readonly warmUpMs: number;
  /** Of one side in one round. */
  readonly batchMs: number;
  /** In each round both sides run, one right after the other. */
  readonly rounds: number;
}

/** What one process measured of one pair. */
export interface PairFigures {
  readonly id: string;
  /** Ours, of the yardstick's time: the median of the rounds. */
  readonly ratio: number;
  /** Of one call or event, the medians of the rounds. */
  readonly yardstickNs: number;
  readonly oursNs: number;
}

const RUNS_AT_ONCE = 16;

/**
 * Runs both sides of a pair in turn and compares them round by round: what else the machine does meets both alike.
 */
export function comparePair({ id, yardstick, ours, count }: Pair, { warmUpMs, batchMs, rounds }: Patience): PairFigures {
  const yardstickRuns = warmUp(yardstick, warmUpMs, batchMs);
  const oursRuns = warmUp(ours, warmUpMs, batchMs);
  const figures: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = round % 2 === 0 ? [yardstick, ours] : [ours, yardstick];
    const times = new Map([
      [first, cpuTimeOf(first, first === ours ? oursRuns : yardstickRuns)],
      [second, cpuTimeOf(second, second === ours ? oursRuns : yardstickRuns)],
    ]);
    figures.push([times.get(yardstick) ?? NaN, times.get(ours) ?? NaN]);
  }
  return {
    id,
    ratio: median(figures.map(([base, own]) => own / base)),
    yardstickNs: (median(figures.map(([base]) => base)) / count) * 1000,
    oursNs: (median(figures.map(([, own]) => own)) / count) * 1000,
  };
}

/** Runs until the compiler has seen it; gives how many runs make a batch. */
function warmUp(run: () => unknown, warmUpMs: number, batchMs: number): number {
  let runs = 0;
  let passedMs = 0;
  do {
    passedMs += (cpuTimeOf(run, RUNS_AT_ONCE) * RUNS_AT_ONCE) / 1000;
    runs += RUNS_AT_ONCE;
  } while (passedMs < warmUpMs);
  return Math.max(1, Math.round((runs / passedMs) * batchMs));
}

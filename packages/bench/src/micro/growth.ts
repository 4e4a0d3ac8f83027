import { median } from '../report/median.ts';
import { cpuTimeOf } from './cpu-time.ts';
import { makeGrowing, type Growing } from './growing.ts';

/** How the time for one piece of work grows with its size. */
export interface Growth {
  readonly title: string;
  /** Of the smallest size's time, in the order of SIZES. */
  readonly times: readonly number[];
  readonly growthMax: number;
}

/** How many times the smallest input. */
export const SIZES: readonly number[] = [1, 4, 16];

/** Of the largest size's time to the smallest's: linear is 16, quadratic 256. The rest is for caches and the collector. */
const GROWTH_MAX = 32;

/**
 * Times everything that could grow with the square of its input: requests of up to 400 KB with tools, and streams of thousands of events.
 *
 * in: rounds, of whose times the median counts; in each one every size runs, so that what else the machine does meets all alike.
 */
export function measureGrowth(rounds: number, works: readonly Growing[] = makeGrowing()): readonly Growth[] {
  return works.map((growing) => ({ title: growing.title, times: timesOf(growing, rounds), growthMax: GROWTH_MAX }));
}

function timesOf({ make }: Growing, rounds: number): readonly number[] {
  const runs = SIZES.map((size) => make(size));
  // The first round is for the compiler.
  const all = Array.from({ length: rounds + 1 }, () => {
    // The same amount of work at every size: only then are caches, collector and clock alike.
    const times = runs.map((run, index) => cpuTimeOf(run, (SIZES.at(-1) ?? 1) / (SIZES[index] ?? 1)));
    return times.map((time) => time / (times[0] ?? NaN));
  });
  const ratios = all.slice(1);
  return SIZES.map((_size, index) => median(ratios.map((ratio) => ratio[index] ?? NaN)));
}

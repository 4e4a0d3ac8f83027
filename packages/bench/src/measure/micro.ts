import { readFlags } from '../gateways/read-flags.ts';
import type { PairFigures, Patience } from '../micro/compare.ts';
import { startChild } from '../process/start-child.ts';

/** How much is measured. */
export interface MicroOptions {
  /** Fresh processes, one after the other. */
  readonly repetitions: number;
  readonly patience: Patience;
  /** Pairs whose id holds this; all for an empty text. */
  readonly only: string;
}

/** On a machine that is busy with other things a second of CPU may take ten. */
const MS_MAX = 600_000;

/** Every pair in fresh processes, in another order each time. */
export async function measureMicro(
  { repetitions, patience, only }: MicroOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: readonly PairFigures[]; readonly flags: readonly string[] }> {
  const flags = readFlags();
  const figures: PairFigures[] = [];
  for (let turn = 0; turn < repetitions; turn += 1) {
    const child = await startChild<string>(new URL('../micro/main.ts', import.meta.url), flags);
    try {
      const measured = await child.ask<readonly PairFigures[]>({ patience, turn, only }, MS_MAX);
      figures.push(...measured);
      say(`repetition ${turn + 1}  ${measured.map(({ id, ratio }) => `${id}: ${ratio.toFixed(2)}`).join('   ')}`);
    } finally {
      child.end();
    }
  }
  return { figures, flags };
}

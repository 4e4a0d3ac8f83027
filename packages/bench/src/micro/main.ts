// One repetition of the micro bench in a process of its own: takes its patience and starting point, and prints the figures of every pair.
import { comparePair, type Patience } from './compare.ts';
import { makePairs } from './pairs.ts';
import { rotate } from '../measure/rotate.ts';

process.on('disconnect', () => process.exit(0));
process.on('message', ({ patience, turn, only }: { patience: Patience; turn: number; only: string }) => {
  const pairs = makePairs().filter(({ id }) => id.includes(only));
  process.send?.(rotate(pairs, turn).map((pair) => comparePair(pair, patience)));
});
process.send?.('ready');

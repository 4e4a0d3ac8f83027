import { expect, test } from 'vitest';
import { KeptMedia } from './kept-media.ts';

test('what was fetched is there for ten minutes', () => {
  const kept = new KeptMedia();
  kept.keep('a', 'data:1', 1_000);
  expect([kept.find('a', 1_000), kept.find('a', 1_599), kept.find('b', 1_000)]).toStrictEqual(['data:1', 'data:1', undefined]);
  expect(kept.find('a', 1_600)).toBeUndefined();
});

test('ten are kept: the one that was fetched first goes', () => {
  const kept = new KeptMedia();
  for (let n = 0; n < 10; n += 1) kept.keep(`${n}`, `data:${n}`, n);
  kept.keep('0', 'data:again', 10);
  kept.keep('10', 'data:10', 10);
  expect([kept.find('0', 11), kept.find('1', 11), kept.find('2', 11), kept.find('10', 11)]).toStrictEqual([
    'data:again',
    undefined,
    'data:2',
    'data:10',
  ]);
});

test('none of more than a megabyte is kept', () => {
  const kept = new KeptMedia();
  kept.keep('a', 'x'.repeat(1024 * 1024 + 1), 0);
  expect(kept.find('a', 0)).toBeUndefined();
});

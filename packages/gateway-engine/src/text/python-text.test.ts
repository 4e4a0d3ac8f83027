import { expect, test } from 'vitest';
import { pythonNumber } from './python-text.ts';

test.each([
  [10, '10.0'],
  [0, '0.0'],
  [0.0001, '0.0001'],
  [7.68e-5, '7.68e-05'],
  [1e-7, '1e-07'],
  [1.5e-10, '1.5e-10'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [1.25e22, '1.25e+22'],
])('%f', (value, shown) => expect(pythonNumber(value)).toBe(shown));

import { expect, test } from 'vitest';
import { playReference } from '../src/reference/play.ts';

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const PYTHON = process.env['STAGEGATE_LITELLM_PYTHON'];

test('LiteLLM itself and every lane do the same with one call of each kind', async ({ skip }) => {
  if (PYTHON === undefined) return skip('LiteLLM is not on this machine');
  const { comparisons } = await playReference(PYTHON, process.env, true);
  expect(comparisons.length).toBeGreaterThan(20);
  expect(comparisons.filter(({ outcome }) => outcome === 'mismatched')).toStrictEqual([]);
}, 600_000);

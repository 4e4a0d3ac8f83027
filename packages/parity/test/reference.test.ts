import { expect, test } from 'vitest';
import { playReference } from '../src/reference/play.ts';

/** Said by scripts/lib/services.mjs; without it there is no LiteLLM on this machine, and `npm test` says so. */
const PYTHON = process.env['STAGEGATE_LITELLM_PYTHON'];

test.skipIf(PYTHON === undefined)(
  'LiteLLM itself and every lane do the same with one call of each kind',
  async () => {
    const { comparisons } = await playReference(PYTHON ?? '', process.env, true);
    expect(comparisons.length).toBeGreaterThan(20);
    expect(comparisons.filter(({ outcome }) => outcome === 'mismatched')).toStrictEqual([]);
  },
  600_000,
);

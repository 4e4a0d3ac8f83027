import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock, type Budget, type SpendHold } from '../ports/index.ts';
import { createSpendMeters } from './spend-meters.ts';

/** Sums of floats in two orders differ. */
const TINY_USD = 1e-9;

/** What happens next: a call comes, or one that runs ends; an answer costs some share of what was thought, one more than all of it. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    at: fc.subarray([0, 1, 2], { minLength: 1 }),
    usd: fc.double({ min: 0.001, max: 4, noNaN: true }),
  }),
  fc.record({
    kind: fc.constantFrom('answer' as const, 'fail' as const, 'abort' as const),
    which: fc.nat(),
    share: fc.double({ min: 0, max: 1.2, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('read' as const) }),
);

interface Running {
  readonly hold: SpendHold;
  readonly at: readonly number[];
  readonly usd: number;
}

test('whatever calls come, end, fail and are broken off: no budget holds more than it has, and nothing stays set aside', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, whole) => {
      const meters = createSpendMeters(systemClock, undefined);
      const rows = [0, 0, 0];
      const read = (): readonly Budget[] =>
        rows.map((spend, at) => meters.budget(meters.mark(), 'key', `key-${at}`, { spend, max: [5, 7, 11][at] }));
      let budgets = read();
      const running: Running[] = [];
      // What answers cost beyond what was thought: so much more than its limit a budget may come to.
      const beyond = [0, 0, 0];
      const end = (which: number, kind: 'answer' | 'fail' | 'abort', share: number): void => {
        const [one] = running.splice(which % running.length, 1);
        if (one === undefined) return;
        const usd = kind === 'answer' ? one.usd * share : 0;
        for (const at of one.at) {
          meters.add('key', `key-${at}`, usd);
          meters.written([['key', `key-${at}`, usd]]);
          rows[at] = (rows[at] ?? 0) + usd;
          beyond[at] = (beyond[at] ?? 0) + Math.max(0, usd - one.usd);
        }
        one.hold.end(kind === 'abort' ? Math.min(0.001, one.usd) : 0);
        one.hold.end(9);
      };
      for (const one of steps) {
        if (one.kind === 'call') {
          const before = budgets.map(({ spend }) => spend);
          const given = await meters.setAside(
            one.at.map((at) => budgets[at]).filter((budget) => budget !== undefined),
            one.usd,
            whole,
          );
          if ('kind' in given) {
            expect(budgets.map(({ spend }) => spend)).toStrictEqual(before);
            continue;
          }
          const [first = 0] = one.at;
          running.push({ hold: given, at: one.at, usd: (budgets[first]?.spend ?? 0) - (before[first] ?? 0) });
          if (whole) expect(running.at(-1)?.usd).toBeCloseTo(one.usd, 9);
        } else if (one.kind === 'read') budgets = read();
        else if (running.length > 0) end(one.which, one.kind, one.share);
        for (const [at, { spend, max = 0 }] of budgets.entries()) expect(spend).toBeLessThanOrEqual(max + (beyond[at] ?? 0) + TINY_USD);
      }
      while (running.length > 0) end(0, 'fail', 0);
      for (const [at, { spend }] of read().entries()) expect(spend).toBeCloseTo(rows[at] ?? NaN, 9);
    }),
  );
});

test('what is refused says which budget has no room, and what it has spent', async () => {
  const meters = createSpendMeters(systemClock, undefined);
  const [one, other] = ['one', 'other'].map((id) => meters.budget(meters.mark(), 'team', id, { spend: 0.25, max: id === 'one' ? 1 : 0.5 }));
  if (one === undefined || other === undefined) throw new Error('two budgets');
  expect(await meters.setAside([one, other], 0.5, true)).toStrictEqual({ kind: 'full', at: 1, usd: 0.25, asked: 0.5 });
  expect('kind' in (await meters.setAside([one, other], 0.5, false))).toBe(false);
  expect([one.spend, other.spend]).toStrictEqual([0.5, 0.5]);
  expect(await meters.setAside([one, other], 0.125, false)).toStrictEqual({ kind: 'full', at: 1, usd: 0.625, asked: undefined });
});

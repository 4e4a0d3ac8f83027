import { expect, test } from 'vitest';
import { renderJunit } from '../src/report/render-junit.ts';
import { renderMarkdown } from '../src/report/render-markdown.ts';
import type { Comparison, ComparisonOutcome } from '../src/verdict/comparison.ts';
import { DEFAULT_GATE, judgeGate, percent } from '../src/verdict/judge-gate.ts';
import { mismatchBound } from '../src/verdict/mismatch-bound.ts';

const GATE = { mismatch_max: 0.1, confidence: 0.95, stratum_min: 5 };

function samples(count: number, outcome: ComparisonOutcome = 'matched', provider = 'one'): readonly Comparison[] {
  const failed = outcome === 'mismatched';
  return Array.from({ length: count }, (_, index) => ({
    id: `${provider}-${outcome}-${index}`,
    outcome,
    strata: { provider },
    paths: failed ? [`answer.events[${index}].text`, `answer.events[${index + 1}].text`] : [],
    reasons: failed ? ['hono: <a|b>\u0000', 'again'] : outcome === 'not-compared' ? ['not built'] : [],
  }));
}

test.each([
  [0, 10, 0.95, 0.258866],
  [1, 10, 0.95, 0.394163],
  [5, 10, 0.95, 0.777559],
  [0, 1, 0.95, 0.95],
  [0, 0, 0.95, 1],
  [3, 3, 0.95, 1],
])('%i of %i at %f: at most %f', (mismatched, count, confidence, bound) => {
  expect(mismatchBound(mismatched, count, confidence)).toBeCloseTo(bound, 5);
});

test('0.1 % at 95 % takes 2,995 clean samples, and not one fewer', () => {
  expect(mismatchBound(0, 2995, 0.95)).toBeLessThanOrEqual(0.001);
  expect(mismatchBound(0, 2994, 0.95)).toBeGreaterThan(0.001);
  expect(judgeGate(samples(2995), DEFAULT_GATE)).toMatchObject({ verdict: 'pass', why: [], samples: 2995 });
  expect(judgeGate(samples(2994), DEFAULT_GATE)).toMatchObject({ verdict: 'inconclusive' });
});

test('a bound stays finite for many samples and many mismatches', () => {
  const bound = mismatchBound(50_000, 100_000, 0.95);
  expect(bound).toBeGreaterThan(0.5);
  expect(bound).toBeLessThan(0.503);
});

test('nothing compared is inconclusive, too many mismatches fail', () => {
  expect(judgeGate([], GATE)).toMatchObject({ verdict: 'inconclusive', samples: 0, bound: 1 });
  expect(judgeGate(samples(9, 'not-compared'), GATE)).toMatchObject({
    verdict: 'inconclusive',
    notCompared: { 'not built': 9 },
    strata: [],
  });
  expect(judgeGate([...samples(8), ...samples(2, 'mismatched')], GATE)).toMatchObject({ verdict: 'fail', mismatched: 2 });
});

test('a stratum with too few samples, or with a mismatch, is named', () => {
  const thin = judgeGate([...samples(100), ...samples(4, 'accepted', 'two')], GATE);
  expect(thin).toMatchObject({ verdict: 'inconclusive', why: ['provider two: 4 samples, 5 are asked for'] });
  const wrong = judgeGate([...samples(100), ...samples(1, 'mismatched')], GATE);
  expect(wrong).toMatchObject({ verdict: 'inconclusive', why: ['provider one: 1 of 101 mismatched'] });
});

test('mismatches gather by path, each comparison once', () => {
  expect(judgeGate(samples(3, 'mismatched'), GATE).clusters).toStrictEqual([
    { path: 'answer.events[*].text', comparisons: 3, exampleId: 'one-mismatched-0', exampleReason: 'hono: <a|b>\u0000' },
  ]);
});

test('a percentage is never rounded down', () => {
  expect([0.001, 0.00100001, 1, 0].map(percent)).toStrictEqual(['0.1 %', '0.101 %', '100 %', '0 %']);
});

test('reports hold what was recorded as text, never as markup', () => {
  const all = [...samples(1, 'mismatched'), ...samples(1, 'not-compared'), ...samples(1)];
  const markdown = renderMarkdown(judgeGate(all, GATE), (id) => `play ${id}`);
  expect(markdown).toContain('## Parity: fail');
  expect(markdown).toContain(String.raw`hono: \<a\|b\>`);
  expect(markdown).toContain('`play one-mismatched-0`');
  const junit = renderJunit(all);
  expect(junit).toContain('tests="3" failures="1" skipped="1"');
  expect(junit).toContain('message="hono: &lt;a|b&gt;\uFFFD"');
});

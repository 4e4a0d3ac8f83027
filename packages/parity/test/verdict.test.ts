import { DEFAULT_GATE } from '@stagegate/gateway-engine/ports';
import { expect, test } from 'vitest';
import { buildReport, exitCodeOf } from '../src/report/build-report.ts';
import { renderPage } from '../src/report/page/render-page.ts';
import type { ParityRun, RunRule } from '../src/report/parity-run.ts';
import { renderJunit } from '../src/report/render-junit.ts';
import { renderMarkdown } from '../src/report/render-markdown.ts';
import { tally, type Comparison, type ComparisonOutcome, type Mismatch } from '../src/verdict/comparison.ts';
import { judgeGate, percent } from '../src/verdict/judge-gate.ts';
import { compareLatency } from '../src/verdict/latency-ratio.ts';
import { mismatchBound } from '../src/verdict/mismatch-bound.ts';
import { measureNoise, subtractNoise } from '../src/verdict/subtract-noise.ts';

const GATE = { mismatch_max: 0.1, confidence: 0.95, stratum_min: 5 };

function samples(count: number, outcome: ComparisonOutcome = 'matched', provider = 'one'): readonly Comparison[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${provider}-${outcome}-${index}`,
    rule: 'one',
    outcome,
    strata: { provider },
    mismatches: outcome === 'mismatched' ? [index, index + 1].map((event) => mismatchAt(`answer.events[${event}].text`)) : [],
    reasons: outcome === 'not-compared' || outcome === 'declined' ? ['not built'] : [],
  }));
}

const mismatchAt = (path: string): Mismatch => ({ sides: 'hono', path, expected: '"<a|b>\u0000"', got: 'nothing' });

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
  const asked = '0.1 % at 95 % confidence is asked for, which 2,995 samples without a mismatch show';
  expect(judgeGate(samples(2994), DEFAULT_GATE)).toMatchObject({
    verdict: 'inconclusive',
    why: [`0 of 2,994 mismatched shows a rate of at most 0.101 %; ${asked}`],
  });
  expect(judgeGate([], DEFAULT_GATE)).toMatchObject({ verdict: 'inconclusive', why: [`no call was compared; ${asked}`] });
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
  expect(thin).toMatchObject({ verdict: 'inconclusive', why: ['fewer than 5 samples: provider two (4)'] });
  const wrong = judgeGate([...samples(100), ...samples(1, 'mismatched')], GATE);
  expect(wrong).toMatchObject({ verdict: 'inconclusive', why: ['mismatched: provider one (1 of 101)'] });
});

test('mismatches gather by path, each comparison once', () => {
  expect(judgeGate(samples(3, 'mismatched'), GATE).clusters).toStrictEqual([
    {
      path: 'answer.events[*].text',
      surface: 'answer',
      comparisons: 3,
      sides: ['hono'],
      exampleId: 'one-mismatched-0',
      example: mismatchAt('answer.events[0].text'),
    },
  ]);
});

test('a percentage is never rounded down', () => {
  expect([0.001, 0.00100001, 1, 0].map(percent)).toStrictEqual(['0.1 %', '0.101 %', '100 %', '0 %']);
});

const RUN: ParityRun = {
  version: 1,
  source: 'records',
  from: 'a <test>',
  madeAt: '2026-11-28T12:00:00Z',
  lanes: ['hono'],
  rules: [{ name: 'one', serving: 'reference', candidates: ['hono'], gate: GATE }],
  reproduce: 'play {id}',
};

test('the example of a place is a call whose sides were kept whole, so that a page shows one call', () => {
  const exhibits = [{ sides: 'hono', surface: 'answer', rows: [['a', 'b', 1]] }] as const;
  const all = samples(3, 'mismatched').map((one, index) => (index === 1 ? { ...one, exhibits } : one));
  const report = buildReport(RUN, all);
  expect(report.rules[0]?.verdict.clusters[0]?.exampleId).toBe('one-mismatched-1');
  const page = renderPage(report);
  expect(page).toContain('<dt>record has</dt>');
  expect(page).toContain('<dt>hono has</dt>');
});

test('reports hold what was recorded as text, never as markup', () => {
  const all = [...samples(1, 'mismatched'), ...samples(1, 'not-compared'), ...samples(1)];
  const report = buildReport(RUN, all);
  const markdown = renderMarkdown(report);
  expect(markdown).toContain('## Parity: fail');
  expect(markdown).toContain(String.raw`expected "\<a\|b\>`);
  expect(markdown).toContain('`play one-mismatched-0`');
  const junit = renderJunit({ ...report, problems: ['accepted difference <x> covers no call'] }, all);
  expect(junit).toContain('<testsuites tests="5" failures="3" skipped="1">');
  expect(junit).toContain('<testsuite name="calls" tests="3" failures="1" skipped="1">');
  expect(junit).toMatch(/<testcase name="one" classname="parity"><failure message="fail: 1 of 2 mismatched/u);
  expect(junit).toContain('<failure message="accepted difference &lt;x&gt; covers no call"/>');
  expect(junit).toContain('expected &quot;&lt;a|b&gt;\uFFFD&quot;');
  const page = renderPage(report);
  expect(page).toContain('&lt;a|b&gt;\uFFFD');
  expect(page).not.toContain('<a|b>');
  expect(page).toContain('play one-mismatched-0');
});

test('what was declined is counted by its reason and is no sample', () => {
  const byTwo = samples(1, 'declined').map((one) => ({ ...one, reasons: ['not built', 'hono: media'] }));
  expect(judgeGate([...samples(40), ...samples(3, 'declined'), ...byTwo], GATE)).toMatchObject({
    verdict: 'pass',
    samples: 40,
    declinedCalls: 4,
    declined: { 'not built': 4, 'hono: media': 1 },
    notCompared: {},
  });
});

test('noise is taken out only where a lane differs from itself, and only at its rate', () => {
  const noisy = samples(100).map((one, index) => ({ ...one, noise: index < 3 ? ['answer.events[1].text'] : [] }));
  const elsewhere = { ...samples(1, 'mismatched', 'two')[0], mismatches: [mismatchAt('answer.status')] } as Comparison;
  const all = [...noisy, ...samples(6, 'mismatched'), elsewhere];
  const noise = measureNoise(all);
  expect(noise).toStrictEqual({ samples: 100, differing: new Map([['answer.events[*].text', 3]]) });
  // 3 of 100 differ by themselves, so 3 of 107 may.
  expect(tally(subtractNoise(all, noise))).toStrictEqual({ samples: 107, matched: 100, accepted: 0, noise: 3, mismatched: 4 });
  expect(subtractNoise(all, noise).at(-1)?.outcome).toBe('mismatched');
  const quiet = samples(6, 'mismatched');
  expect(subtractNoise(quiet, measureNoise(quiet))).toBe(quiet);
});

const timed = (count: number, factor: number): readonly Comparison[] =>
  samples(count).map((one, index) => {
    const ms = 100 + ((index * 37) % 100);
    const after = ms * factor;
    return {
      ...one,
      latencies: { 'legacy-io': { firstByteMs: ms / 2, totalMs: ms }, hono: { firstByteMs: after / 2, totalMs: after } },
    };
  });

test.each([
  [1, 'pass'],
  [1.05, 'pass'],
  [1.3, 'fail'],
])('a candidate %f times as slow: %s', (factor, verdict) => {
  const all = timed(200, factor);
  const latency = compareLatency(all, 'legacy-io', 'hono', 'totalMs');
  expect(latency?.quantiles.map(({ ratio }) => Number(ratio.toFixed(6)))).toStrictEqual([factor, factor, factor]);
  expect(latency?.samples).toBe(200);
  expect(judgeGate(all, { ...GATE, p99_latency_ratio_max: 1.1 }, latency === undefined ? [] : [latency]).verdict).toBe(verdict);
});

test('an interval on both sides of the limit, and no latency at all, are inconclusive', () => {
  const all = samples(200).map((one, index) => ({
    ...one,
    latencies: { record: { firstByteMs: 1, totalMs: 100 }, hono: { firstByteMs: 1, totalMs: index < 2 ? 200 : 100 } },
  }));
  const latency = compareLatency(all, 'record', 'hono', 'totalMs');
  const gate = { ...GATE, p99_latency_ratio_max: 1.1 };
  expect(judgeGate(all, gate, latency === undefined ? [] : [latency])).toMatchObject({
    verdict: 'inconclusive',
    why: [expect.stringContaining('p99 of the total')],
  });
  expect(judgeGate(all, gate)).toMatchObject({ verdict: 'inconclusive', why: [expect.stringContaining('no latency was measured')] });
  expect(compareLatency(all, 'nobody', 'hono', 'totalMs')).toBeUndefined();
});

test('a run is as good as its worst rule; a rule without calls, and a problem, are no pass', () => {
  const rules = [...RUN.rules, { ...RUN.rules[0], name: 'two' } as RunRule];
  expect(buildReport(RUN, samples(100)).verdict).toBe('pass');
  expect(buildReport({ ...RUN, rules }, samples(100)).verdict).toBe('inconclusive');
  expect(buildReport({ ...RUN, problems: ['expired'] }, samples(100)).verdict).toBe('fail');
  expect(['pass', 'fail', 'inconclusive'].map((verdict) => exitCodeOf({ verdict: verdict as 'pass' }))).toStrictEqual([0, 1, 3]);
});

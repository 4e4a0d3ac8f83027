import { describe, expect, test } from 'vitest';
import { deployment } from '../../../test/make-config.ts';
import type { Deployment, DeploymentCounts, RoutingStrategy } from '../../ports/index.ts';
import { STRATEGIES, type StrategyView } from './index.ts';

const NOTHING: DeploymentCounts = {
  inFlight: 0,
  inFlightElsewhere: 0,
  successes: 0,
  failures: 0,
  requests: 0,
  tokens: 0,
  coolUntilMs: 0,
  coolSeconds: 0,
  probeUntilMs: 0,
  unhealthyUntilMs: 0,
  latencySeconds: 0,
  firstEventSeconds: 0,
};

const [a, b, c] = ['a', 'b', 'c'].map((id) => deployment({ id })) as [Deployment, Deployment, Deployment];

function promptOf(tokens: number): StrategyView['prompt'] {
  return { fits: (room) => tokens <= room };
}

function choose(
  strategy: RoutingStrategy,
  rows: readonly Deployment[],
  counts: Readonly<Record<string, Partial<DeploymentCounts>>>,
  more: Partial<StrategyView> = {},
): string | undefined {
  const read = (id: string): DeploymentCounts | undefined => (counts[id] === undefined ? undefined : { ...NOTHING, ...counts[id] });
  return STRATEGIES[strategy](rows, { read, prompt: promptOf(0), stream: false, latencyBufferRatio: 0, random: 0, ...more })?.id;
}

test('least-busy: the fewest calls under way, the first of equals', () => {
  expect(choose('least-busy', [a, b, c], { a: { inFlight: 2 }, b: { inFlight: 1 }, c: { inFlight: 1 } })).toBe('b');
  expect(choose('least-busy', [a, b, c], { a: { inFlight: 2 }, b: { inFlight: 1 } })).toBe('c');
  expect(choose('least-busy', [a, b], { a: { inFlight: 1, inFlightElsewhere: 2 }, b: { inFlight: 2 } })).toBe('b');
  expect(choose('least-busy', [], {})).toBeUndefined();
});

describe('latency-based', () => {
  const counts = { a: { latencySeconds: 3 }, b: { latencySeconds: 1 }, c: { latencySeconds: 1.2 } };

  test('the lowest mean; one that was never asked comes first', () => {
    expect(choose('latency-based-routing', [a, b, c], counts, { random: 0.99 })).toBe('b');
    expect(choose('latency-based-routing', [a, b, c], { ...counts, a: {} }, { random: 0.99 })).toBe('a');
  });

  test('those within the buffer share', () => {
    const pick = (random: number): unknown => choose('latency-based-routing', [a, b, c], counts, { latencyBufferRatio: 0.25, random });
    expect([pick(0), pick(0.99)]).toStrictEqual(['b', 'c']);
  });

  test('streams go by their first events, where any are known', () => {
    const streams = { a: { latencySeconds: 1, firstEventSeconds: 9 }, b: { latencySeconds: 5, firstEventSeconds: 2 } };
    expect(choose('latency-based-routing', [a, b], streams, { stream: true })).toBe('b');
    expect(choose('latency-based-routing', [a, b], streams)).toBe('a');
  });
});

describe('usage-based', () => {
  test('the fewest tokens of this minute', () => {
    expect(choose('usage-based-routing-v2', [a, b, c], { a: { tokens: 5 }, b: { tokens: 3 }, c: { tokens: 4 } })).toBe('b');
  });

  test('not one whose limits leave no room for the prompt or for a call', () => {
    const rows = [deployment({ id: 'a', tpm: 10 }), deployment({ id: 'b', rpm: 2 }), c];
    const counts = { a: { tokens: 1 }, b: { tokens: 2, requests: 2 }, c: { tokens: 50 } };
    expect(choose('usage-based-routing-v2', rows, counts, { prompt: promptOf(9) })).toBe('a');
    expect(choose('usage-based-routing-v2', rows, counts, { prompt: promptOf(10) })).toBe('c');
    expect(choose('usage-based-routing-v2', rows.slice(0, 2), counts, { prompt: promptOf(10) })).toBeUndefined();
    // What `model_info` says holds where the row itself says nothing.
    const infoLimits = { requests: 2, tokens: undefined };
    const informed = [deployment({ id: 'b', routing: { infoLimits } }), deployment({ id: 'c', rpm: 9, routing: { infoLimits } })];
    expect(choose('usage-based-routing-v2', informed, { b: { requests: 2 }, c: { requests: 2, tokens: 50 } })).toBe('c');
  });
});

test('cost-based: the cheapest token, in and out; an unknown price is a high one', () => {
  const priced = (id: string, tokenCostUsd: number): Deployment => deployment({ id, routing: { tokenCostUsd } });
  expect(choose('cost-based-routing', [a, priced('b', 0.3), priced('c', 0.2)], {})).toBe('c');
  expect(choose('cost-based-routing', [a, priced('b', 11)], {})).toBe('a');
});

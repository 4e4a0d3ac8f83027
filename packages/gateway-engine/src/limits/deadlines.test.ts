import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Deadlines, type Watched } from './deadlines.ts';

interface Probe extends Watched {
  readonly firedMs: () => number | undefined;
}

function probe(deadlines: Deadlines, limitMs: number): Probe {
  let fired: number | undefined;
  const began = performance.now();
  let sinceMs = 0;
  const watched: Probe = {
    place: -1,
    firedMs: () => fired,
    look: (isOver) => {
      if (!isOver(sinceMs, limitMs)) return;
      fired = performance.now() - began;
      deadlines.unwatch(watched);
    },
  };
  sinceMs = deadlines.watch(watched);
  return watched;
}

test('limits are never cut short and are noticed soon', async () => {
  const deadlines = new Deadlines();
  const limits = [20, 100, 30, 250, 60];
  const probes = limits.map((limitMs) => probe(deadlines, limitMs));
  const gone = probe(deadlines, 40);
  const never = probe(deadlines, 0);
  deadlines.unwatch(gone);
  deadlines.unwatch(gone);
  await wait(500);
  for (const [index, limitMs] of limits.entries()) {
    expect(probes[index]?.firedMs()).toBeGreaterThanOrEqual(limitMs);
    expect(probes[index]?.firedMs()).toBeLessThan(limitMs + 180);
  }
  expect(gone.firedMs()).toBeUndefined();
  expect(never.firedMs()).toBeUndefined();
  deadlines.unwatch(never);
});

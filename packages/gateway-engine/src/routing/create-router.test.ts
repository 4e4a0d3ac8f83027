import { expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { createMemoryCounters } from '../counters/index.ts';
import { classifyFailure } from './classify-failure.ts';
import { createRouter } from './create-router.ts';
import { NO_ROUTING } from './no-routing.ts';
import type { PickRequest } from './pick-deployment.ts';
import { readUsage } from './read-usage.ts';

const [slow, quick] = [deployment({ id: 'slow' }), deployment({ id: 'quick' })];

function requestOf(body: PickRequest['body']): PickRequest {
  const headers = { header: () => undefined };
  return { target: { group: 'group' }, deployments: [slow, quick], body, headers, stream: false, refusedBy: [], callerKey: undefined };
}

test.each([
  ['counts as a thousand seconds', 'headers-timeout', {}, 'quick'],
  ['that the client itself has cut short says nothing', 'headers-timeout', { timeout: 0.1 }, 'slow'],
  ['of another kind has no time', 'reset', {}, 'slow'],
] as const)('latency-based routing: a failure in time %s', (_what, kind, body, next) => {
  const router = createRouter({ router: { ...NO_ROUTING, strategy: 'latency-based-routing' } }, createMemoryCounters(), () => 0);
  const request = requestOf(body);
  for (const [one, latencySeconds] of [[slow, 1] as const, [quick, 2] as const]) {
    router.ended(request, one, { times: { latencySeconds, firstEventSeconds: undefined }, usage: readUsage('') }, 1);
  }
  const failure = classifyFailure({ kind: 'upstream', failure: { kind, message: '' }, provider: 'p', modelGroup: 'group' }, undefined, 0);
  router.failed(request, slow, failure, 2);
  expect(router.pick(request, 3)).toMatchObject({ ok: true, value: { id: next } });
});

test('what a call has taken of a deployment’s minute ends with its attempt, or when it is not asked after all', () => {
  const router = createRouter({ router: NO_ROUTING }, createMemoryCounters(), () => 0);
  const ends: unknown[] = [];
  const request = { ...requestOf({}), room: { end: (used: unknown) => void ends.push(used) } };
  const times = { latencySeconds: 1, firstEventSeconds: undefined };
  router.spared(request, slow);
  router.ended(request, slow, undefined, 1);
  router.ended(request, slow, { times, usage: readUsage('') }, 1);
  router.ended(request, slow, { times, usage: { total: 12, completion: 5, cached: 3 } }, 1);
  expect(ends).toStrictEqual(['nothing', 'nothing', 'unknown', { input: 4, output: 5 }]);
});

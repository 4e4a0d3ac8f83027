import { expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { createMemoryCounters } from '../counters/index.ts';
import { classifyFailure } from './classify-failure.ts';
import { createRouter } from './create-router.ts';
import { NO_ROUTING } from './no-routing.ts';
import type { PickRequest } from './pick-deployment.ts';

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
    router.ended(request, one, { times: { latencySeconds, firstEventSeconds: undefined }, tokens: 0 }, 1);
  }
  const failure = classifyFailure({ kind: 'upstream', failure: { kind, message: '' }, provider: 'p', modelGroup: 'group' }, undefined, 0);
  router.failed(request, slow, failure, 2);
  expect(router.pick(request, 3)).toMatchObject({ ok: true, value: { id: next } });
});

import { chooseTransform, type ChooseTransform } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { memoryUpstream, rawCall } from '../../test/make-call.ts';
import { config, deployment } from '../../test/make-config.ts';
import { createMemoryRooms } from '../counters/memory-rooms.ts';
import { MemoryCounters } from '../counters/memory-counters.ts';
import { silentLog, systemClock, systemIds } from '../ports/index.ts';
import { createEngine } from './index.ts';

const COMPLETION = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
});

test('a bug gives back what its call took of a deployment’s minute', async () => {
  let isBuggy = true;
  const transforms: ChooseTransform = (...asked) => {
    if (isBuggy) throw new Error('a bug');
    return chooseTransform(...asked);
  };
  const counters = new MemoryCounters(undefined, createMemoryRooms({ nowMs: () => 0 }));
  const engine = createEngine({
    config: config({ deployments: [deployment({ routing: { tokenLimits: { input: 100, output: 50 } } })] }),
    transforms,
    upstream: memoryUpstream({ pieces: [COMPLETION] }),
    credentials: { authorize: async () => ({}) },
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
    counters,
  });
  const route = engine.routes.find(({ id }) => id === '/v1/chat/completions');
  if (route === undefined) throw new Error('no route');
  const call = async (): Promise<number> => {
    const asked = rawCall({ model: 'group', messages: [{ role: 'user', content: 'hello' }], max_tokens: 50 });
    return (await engine.run(route, asked)).status;
  };
  expect(await call()).toBe(500);
  isBuggy = false;
  expect(await call()).toBe(200);
  // The minute is full now: what follows is refused for it, and for nothing else.
  expect(await call()).toBe(429);
});

import { chooseTransform, ok, type ChooseTransform } from '@stagegate/core-transforms';
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

const LIMITED = { rpm: 9, routing: { tokenLimits: { input: 100, output: 50 } } };
type Step = 'choice' | 'request' | 'response' | 'stream';

/** An engine with one deployment, and a bug in one step until it is mended; a call takes all of a minute's answer tokens. */
function engineWithBug(step: Step): {
  readonly call: (stream?: boolean) => Promise<number>;
  readonly mend: () => void;
  readonly inFlight: () => number | undefined;
} {
  let isMended = false;
  const check = (at: Step): void => {
    if (at === step && !isMended) throw new Error('a bug');
  };
  const transforms: ChooseTransform = (...asked) => {
    check('choice');
    const chosen = chooseTransform(...asked);
    if (!chosen.ok) return chosen;
    const { request, response, stream } = chosen.value;
    return ok({
      ...chosen.value,
      request: (...given) => (check('request'), request(...given)),
      response: (...given) => (check('response'), response(...given)),
      stream: (...given) => (check('stream'), stream(...given)),
    });
  };
  const counters = new MemoryCounters(undefined, createMemoryRooms({ nowMs: () => 0 }));
  const engine = createEngine({
    config: config({ deployments: [deployment(LIMITED)] }),
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
  return {
    call: async (stream = false) => {
      const asked = rawCall({ model: 'group', messages: [{ role: 'user', content: 'hello' }], max_tokens: 50, stream });
      return (await engine.run(route, asked)).status;
    },
    mend: () => void (isMended = true),
    inFlight: () => counters.read(deployment().id, systemClock.monotonicMs())?.inFlight,
  };
}

test.each<[Step, boolean]>([
  ['choice', false],
  ['request', false],
  ['response', false],
  ['stream', true],
])('a bug in the %s gives back what its call took of a deployment’s minute, and leaves nothing in flight', async (step, stream) => {
  const { call, mend, inFlight } = engineWithBug(step);
  expect(await call(stream)).toBe(500);
  expect(inFlight() ?? 0).toBe(0);
  mend();
  expect(await call()).toBe(200);
  // The minute is full now: what follows is refused for it, and for nothing else.
  expect(await call()).toBe(429);
  expect(inFlight()).toBe(0);
});

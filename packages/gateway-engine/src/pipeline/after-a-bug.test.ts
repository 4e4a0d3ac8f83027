import { chooseTransform, ok, type ChooseTransform } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { rawCall } from '../../test/make-call.ts';
import { config, deployment } from '../../test/make-config.ts';
import { ASK, makeEngine } from '../../test/make-engine.ts';
import { createMemoryRooms } from '../counters/memory-rooms.ts';
import { MemoryCounters } from '../counters/memory-counters.ts';
import { systemClock } from '../ports/index.ts';

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
  const call = makeEngine({ config: config({ deployments: [deployment(LIMITED)] }), transforms, counters });
  return {
    call: async (stream = false) => (await call(rawCall({ ...ASK, max_tokens: 50, stream }))).status,
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

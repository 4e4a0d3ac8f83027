import { chooseTransform } from '@stagegate/core-transforms';
import { createEngine, type EngineOptions } from '../src/pipeline/index.ts';
import { silentLog, systemClock, systemIds, type CallAnswer, type RawCall } from '../src/ports/index.ts';
import { memoryUpstream } from './make-call.ts';
import { config } from './make-config.ts';

/** A chat with the model of `make-config.ts`. */
export const ASK = { model: 'group', messages: [{ role: 'user', content: 'hello' }] };

/** What a provider answers to it. */
export const COMPLETION = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
});

/** An engine of the parts that a test cares for; its provider answers every chat. out: makes a call on a route, which is chat's unless it is named. */
export function makeEngine(parts: Partial<EngineOptions> = {}): (raw: RawCall, id?: string) => Promise<CallAnswer> {
  const engine = createEngine({
    config: config(),
    transforms: chooseTransform,
    upstream: memoryUpstream({ pieces: [COMPLETION] }),
    credentials: { authorize: async () => ({}) },
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
    ...parts,
  });
  return async (raw, id = '/v1/chat/completions') => {
    const route = engine.routes.find((candidate) => candidate.id === id);
    if (route === undefined) throw new Error(`no route ${id}`);
    return engine.run(route, raw);
  };
}

/** The JSON of a whole answer. */
export function bodyOf(answer: CallAnswer): unknown {
  return JSON.parse(String(answer.body));
}

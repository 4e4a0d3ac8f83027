import { fail, type ChooseTransform } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { memoryUpstream, rawCall } from '../../test/make-call.ts';
import { config } from '../../test/make-config.ts';
import { ASK, bodyOf, makeEngine } from '../../test/make-engine.ts';
import { silentLog, type Log } from '../ports/index.ts';

const declining: ChooseTransform = () => fail({ kind: 'declined', path: 'tools', reason: 'unknown shape' });

const buggy: ChooseTransform = () => {
  throw new Error('a secret detail');
};

test('nobody without a key is read', async () => {
  const raw = { ...rawCall('x'), header: () => undefined, readBody: () => Promise.reject(new Error('read')) };
  expect(await makeEngine()(raw)).toMatchObject({ status: 401 });
});

test('members of a deployment pass when the operator says so', async () => {
  const answer = await makeEngine({ config: config({ allowClientSideCredentials: true }) })(rawCall({ ...ASK, api_base: 'http://x' }));
  expect(answer.status).not.toBe(401);
  expect(await makeEngine()(rawCall({ ...ASK, api_base: 'http://x' }))).toMatchObject({ status: 401 });
});

test('an empty body says what is missing', async () => {
  const answer = await makeEngine()(rawCall(''));
  expect(bodyOf(answer)).toStrictEqual({
    error: {
      message: "/chat/completions: Missing required parameter: 'messages'.",
      type: 'invalid_request_error',
      param: 'messages',
      code: '400',
    },
  });
});

test('a declined call says by whom and why, and nothing was sent', async () => {
  const upstream = memoryUpstream();
  const answer = await makeEngine({ upstream, transforms: declining })(rawCall(ASK));
  expect(answer).toMatchObject({ status: 400, declined: { by: 'core', reason: 'tools: unknown shape' } });
  expect(answer.headers['x-stagegate-declined']).toBe('core: tools: unknown shape');
  expect(upstream.sent).toHaveLength(0);
});

test.each([
  ['connect', 500],
  ['connect-timeout', 408],
  ['headers-timeout', 408],
  ['reset', 502],
] as const)('an upstream that fails with %s is %i', async (kind, status) => {
  expect(await makeEngine({ upstream: memoryUpstream({ kind, message: 'm' }) })(rawCall(ASK))).toMatchObject({ status });
});

test('a bug is a plain 500 for the client and a line in the log', async () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, error: (event, fields) => void events.push(`${event} ${fields?.['message']}`) };
  const answer = await makeEngine({ transforms: buggy, log })(rawCall(ASK));
  expect(answer.status).toBe(500);
  expect(String(answer.body)).not.toContain('secret');
  expect(events.join()).toContain('a secret detail');
});

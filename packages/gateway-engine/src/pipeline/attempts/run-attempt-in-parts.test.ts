import { expect, test } from 'vitest';
import { memoryUpstream, rawCall, type Scripted } from '../../../test/make-call.ts';
import { config, deployment, providerRow } from '../../../test/make-config.ts';
import { makeEngine } from '../../../test/make-engine.ts';
import type { CallAnswer, Upstream } from '../../ports/index.ts';

/** Amazon's Titan takes one input at a time. */
const TITAN = deployment({
  provider: providerRow('bedrock'),
  underlyingModel: 'bedrock/amazon.titan-embed-text-v2:0',
  model: 'amazon.titan-embed-text-v2:0',
  apiBase: 'http://aws.test',
  apiKey: undefined,
});

function run(upstream: Upstream, body: object): Promise<CallAnswer> {
  const credentials = { authorize: async () => ({ authorization: 'signed' }) };
  const call = makeEngine({ config: config({ deployments: [TITAN] }), upstream, credentials });
  return call(rawCall({ model: 'group', ...body }), '/v1/embeddings');
}

function gives(number: number): Scripted {
  return { headers: { 'x-request-id': `r${number}` }, pieces: [JSON.stringify({ embedding: [number], inputTextTokenCount: number })] };
}

test('each input is a request, signed by itself; the answer is in their order, what was counted is added up', async () => {
  const upstream = memoryUpstream(gives(1), gives(2), gives(3));
  const answer = await run(upstream, { input: ['a', 'b', 'c'], dimensions: 8 });
  expect(upstream.sent.map(({ body }) => JSON.parse(String(body)))).toEqual(
    ['a', 'b', 'c'].map((inputText) => ({ inputText, dimensions: 8 })),
  );
  expect(upstream.sent.map(({ headers }) => headers['authorization'])).toEqual(['signed', 'signed', 'signed']);
  expect(JSON.parse(String(answer.body))).toStrictEqual({
    model: 'group',
    data: [1, 2, 3].map((number, index) => ({ object: 'embedding', index, embedding: [number] })),
    object: 'list',
    usage: { completion_tokens: 0, prompt_tokens: 6, total_tokens: 6 },
  });
  expect(answer.headers['llm_provider-x-request-id']).toBe('r3');
});

test('one that is refused is the end of the call', async () => {
  const upstream = memoryUpstream(gives(1), { status: 429, pieces: ['{"message":"slow down"}'] }, gives(3));
  const answer = await run(upstream, { input: ['a', 'b', 'c'] });
  expect([answer.status, String(answer.body)]).toEqual([429, expect.stringContaining('slow down')]);
  expect(upstream.sent).toHaveLength(2);
});

test('so is one that is no answer, and one that never comes', async () => {
  expect((await run(memoryUpstream(gives(1), { pieces: ['{}'] }), { input: ['a', 'b'] })).status).toBe(502);
  const gone = memoryUpstream(gives(1), { kind: 'reset', message: 'gone' });
  expect((await run(gone, { input: ['a', 'b'] })).status).toBeGreaterThanOrEqual(500);
});

import { expect, test } from 'vitest';
import { memoryUpstream, rawCall } from '../../test/make-call.ts';
import { config, deployment, providerRow } from '../../test/make-config.ts';
import { ASK, makeEngine } from '../../test/make-engine.ts';
import type { CallAnswer, Credentials, Upstream } from '../ports/index.ts';

const BEDROCK = deployment({
  provider: providerRow('bedrock'),
  underlyingModel: 'bedrock/m',
  model: 'm',
  apiBase: 'http://aws.test',
  apiKey: undefined,
});
const ANSWER = JSON.stringify({
  output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
});

function run(upstream: Upstream, authorize: Credentials['authorize'], stream = false): Promise<CallAnswer> {
  const call = makeEngine({ config: config({ deployments: [BEDROCK] }), upstream, credentials: { authorize } });
  return call(rawCall({ ...ASK, stream }));
}

test('what the port makes goes along; it sees the request as it is sent', async () => {
  const upstream = memoryUpstream({ pieces: [ANSWER] });
  const seen: unknown[] = [];
  await run(upstream, async (request, held) => {
    seen.push([request.url, request.body, held.id]);
    return { authorization: 'signed', 'x-amz-date': 'now' };
  });
  const [sent] = upstream.sent;
  expect(sent?.headers).toMatchObject({ authorization: 'signed', 'x-amz-date': 'now', 'content-type': 'application/json' });
  expect(seen).toEqual([[sent?.url, sent?.body, BEDROCK.id]]);
});

test('without credentials nothing is sent, and the client learns that it is not its fault', async () => {
  const upstream = memoryUpstream({ pieces: [ANSWER] });
  const answer = await run(upstream, async () => ({ kind: 'credentials', message: 'no credentials for bedrock: none' }));
  expect(answer.status).toBe(401);
  expect(upstream.sent).toEqual([]);
});

test('bytes that are no frames of a binary stream are a bad answer', async () => {
  expect((await run(memoryUpstream({ pieces: [new Uint8Array(40)] }), async () => ({}), true)).status).toBe(502);
});

import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ClientCall } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { vertexCountTokens } from '../vertex-anthropic/count-tokens.ts';
import { bedrockCountTokens } from './count-tokens.ts';

const BEDROCK = makePlan('bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', {
  dialect: 'anthropic-count-tokens',
  apiBase: 'http://h',
});
const VERTEX = makePlan('vertex_ai/claude-sonnet-4-5@20250929', {
  dialect: 'anthropic-count-tokens',
  settings: { options: { vertex_project: 'p' } },
});
const QUESTION = { role: 'user', content: 'Well?' };

function callOf(body: JsonObject): ClientCall {
  return { body: toRawObject(deepFreeze(body)), headers: {} };
}

function sent(body: JsonObject): JsonObject {
  const outcome = bedrockCountTokens.request(callOf(body), BEDROCK, AMBIENT);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  expect(outcome.value).toMatchObject({
    url: 'http://h/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/count-tokens',
    auth: { kind: 'aws-sigv4' },
  });
  return JSON.parse(String(outcome.value.body));
}

test('plain text is counted as Converse would take it', () => {
  const tools = [
    { name: '1 find', input_schema: { type: 'object' } },
    { name: 'f', description: 'd' },
  ];
  expect(sent({ model: 'group', messages: [QUESTION], system: 'S', tools, max_tokens: 9 })).toEqual({
    input: {
      converse: {
        messages: [{ role: 'user', content: [{ text: 'Well?' }] }],
        system: [{ text: 'S' }],
        toolConfig: {
          tools: [
            { toolSpec: { name: 't_1_find', description: 't_1_find', inputSchema: { json: { type: 'object' } } } },
            { toolSpec: { name: 'f', description: 'd', inputSchema: { json: { type: 'object', properties: {} } } } },
          ],
        },
      },
    },
  });
});

test("blocks are counted as the model's own API would take them", () => {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'é' }] }];
  const { input } = JSON.parse(JSON.stringify(sent({ model: 'group', messages, max_tokens: 9 })));
  expect(atob(input.invokeModel.body)).toBe(
    '{"messages": [{"role": "user", "content": [{"type": "text", "text": "\\u00e9"}]}], "anthropic_version": "bedrock-2023-05-31", "max_tokens": 1024}',
  );
});

test('a count says whose it is; without one it is made here', () => {
  const read = (body: string, plan = BEDROCK): unknown => {
    const answer = bedrockCountTokens.response(
      { status: 200, headers: {}, body },
      callOf({ model: 'group', messages: [QUESTION] }),
      plan,
      AMBIENT,
    );
    return answer.ok ? JSON.parse(answer.value.body) : answer.error;
  };
  expect(read('{"inputTokens":7}')).toEqual({
    input_tokens: 7,
    litellm_count_source: 'token_count_model',
    litellm_count_model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  });
  expect(read('{"inputTokens":7}', makePlan('bedrock/us.amazon.nova-lite-v1:0'))).toEqual({
    input_tokens: 7,
    litellm_count_source: 'provider',
  });
  expect(read('<html>')).toMatchObject({ litellm_count_source: 'local_estimate' });
  expect(bedrockCountTokens.recover?.(callOf({ messages: [QUESTION] }), BEDROCK, AMBIENT)).toMatchObject({ ok: true });
  expect(bedrockCountTokens.request(callOf({ messages: [] }), BEDROCK, AMBIENT)).toMatchObject({ error: { kind: 'bad-request' } });
});

test('on Vertex AI the method is of no model in particular, and the model has no version', () => {
  const body = { model: 'group', messages: [QUESTION], max_tokens: 9 };
  const url =
    'https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict';
  expect(vertexCountTokens.request(callOf(body), VERTEX, AMBIENT)).toMatchObject({
    value: { url, auth: { kind: 'token', issuer: 'google' }, body: JSON.stringify({ model: 'claude-sonnet-4-5', messages: [QUESTION] }) },
  });
  const answer = { status: 200, headers: {}, body: '{"input_tokens":7}' };
  expect(vertexCountTokens.response(answer, callOf(body), VERTEX, AMBIENT)).toMatchObject({
    value: { body: '{"input_tokens":7,"litellm_count_source":"provider"}' },
  });
});

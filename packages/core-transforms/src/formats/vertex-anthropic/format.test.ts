import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { vertexAnthropicFormat } from './format.ts';
import { toVertexMembers } from './request.ts';

const MODEL = 'vertex_ai/claude-sonnet-4-5@20250929';
const QUESTION = { role: 'user', content: 'Well?' };

function plan(wishes: PlanWishes = {}): ReturnType<typeof makePlan> {
  return makePlan(MODEL, wishes);
}

test('the body names no model and a version; a picture at an address is declined, a document is not', () => {
  const chat = deepFreeze({ messages: [QUESTION], max_tokens: 5, stream: true });
  expect(vertexAnthropicFormat.request(chat, deepFreeze(plan({ stream: true })), AMBIENT)).toMatchObject({
    value: { anthropic_version: 'vertex-2023-10-16', max_tokens: 5, stream: true, messages: [{ role: 'user' }] },
  });
  const content = [{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }];
  const picture = vertexAnthropicFormat.request({ messages: [{ role: 'user', content }] }, plan(), AMBIENT);
  expect(picture).toMatchObject({ error: { kind: 'declined' } });
  const file = { type: 'file', file: { file_id: 'https://a.test/b.pdf' } };
  expect(vertexAnthropicFormat.request({ messages: [{ role: 'user', content: [file] }] }, plan(), AMBIENT)).toMatchObject({
    value: { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://a.test/b.pdf' } }] }] },
  });
});

test("a body in Anthropic's dialect: system messages go up, cache marks lose their scope", () => {
  const mark = { type: 'ephemeral', scope: 'global' };
  const body = {
    max_tokens: 5,
    messages: [{ role: 'system', content: [{ type: 'text', text: 'S', cache_control: mark }] }, QUESTION],
  };
  const made = toVertexMembers(deepFreeze(body), deepFreeze(plan()));
  expect(made).toMatchObject({
    value: {
      messages: [QUESTION],
      system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
      anthropic_version: 'vertex-2023-10-16',
    },
  });
  expect(made.ok && made.value).not.toHaveProperty('model');
});

describe('where it goes', () => {
  const options = { vertex_project: 'p', vertex_location: 'us-east5' };
  const path = '/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929';

  test.each<[string, PlanWishes, string]>([
    ['a location', { settings: { options } }, `https://us-east5-aiplatform.googleapis.com${path}:rawPredict`],
    ['a stream', { stream: true, settings: { options } }, `https://us-east5-aiplatform.googleapis.com${path}:streamRawPredict?alt=sse`],
    [
      'the whole world',
      { settings: { options: { ...options, vertex_location: 'global' } } },
      `https://aiplatform.googleapis.com${path.replace('us-east5', 'global')}:rawPredict`,
    ],
    ['a host of one’s own', { apiBase: 'http://h', settings: { options } }, `http://h${path}:rawPredict`],
    ['a whole address', { apiBase: 'http://h/own/model', settings: { options } }, 'http://h/own/model:rawPredict'],
  ])('%s', (_name, wishes, url) => {
    expect(vertexAnthropicFormat.endpoint(plan(wishes), {}, {}, {})).toMatchObject({ url, auth: { kind: 'token', issuer: 'google' } });
  });

  test('betas that Google knows, by its names', () => {
    const headers = { 'anthropic-beta': 'advanced-tool-use-2025-11-20,context-1m-2025-08-07,new-1' };
    expect(vertexAnthropicFormat.endpoint(plan(), {}, headers, {}).merged).toEqual({
      'anthropic-beta': 'context-1m-2025-08-07,tool-search-tool-2025-10-19',
    });
  });
});

test.each<[number, string, JsonObject]>([
  [403, 'Vertex AI API has not been used in project x', { shown: { status: 400 } }],
  [422, '`inputs` tokens + `max_new_tokens` must be <= 5', { reason: 'context-window', shown: { status: 400 } }],
  [400, "this model's maximum context length is 5", { reason: 'context-window' }],
  [503, '{"error":{"code":429}}', { shown: { status: 429 } }],
  [502, 'bad gateway', { shown: { className: 'APIConnectionError' } }],
  [429, 'Quota exceeded for x', { status: 429 }],
])('%i %s', (status, body, expected) => {
  expect(vertexAnthropicFormat.error({ status, headers: {}, body }, plan())).toMatchObject({
    kind: 'upstream-refused',
    message: body,
    ...expected,
  });
});

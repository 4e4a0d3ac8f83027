import { describe, expect, test } from 'vitest';
import { AMBIENT, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { storedResponses } from './stored.ts';

const IDS = { seal: (id: string): string => `sealed-${id}`, open: (id: string) => (id.startsWith('sealed-') ? id.slice(7) : undefined) };
const STORED: PlanWishes = { dialect: 'openai-responses-stored', answerModel: undefined, ids: IDS };
const callOf = (members: JsonObject): Parameters<typeof storedResponses.request>[0] => ({
  body: toRawObject({ response_id: 'sealed-resp_1', ...members }),
  headers: {},
});
const AZURE: PlanWishes = { apiBase: 'https://a.test', settings: { options: { api_version: '2025-04-01-preview' } } };

describe('a request', () => {
  test.each<[string, string, PlanWishes, JsonObject, string, string, string]>([
    ['shows', 'openai/gpt-4o', {}, { action: 'get' }, 'GET', 'https://api.openai.com/v1/responses/resp_1', ''],
    ['deletes', 'openai/gpt-4o', {}, { action: 'delete' }, 'DELETE', 'https://api.openai.com/v1/responses/resp_1', ''],
    ['cancels', 'openai/gpt-4o', {}, { action: 'cancel' }, 'POST', 'https://api.openai.com/v1/responses/resp_1/cancel', '{}'],
    [
      'lists',
      'openai/gpt-4o',
      {},
      { action: 'input_items' },
      'GET',
      'https://api.openai.com/v1/responses/resp_1/input_items?limit=20&order=desc',
      '',
    ],
    [
      'lists as asked',
      'openai/gpt-4o',
      {},
      { action: 'input_items', limit: '2', order: 'asc', after: 'a&b', include: ['x', 'y'], other: 'z' },
      'GET',
      'https://api.openai.com/v1/responses/resp_1/input_items?limit=2&order=asc&after=a%26b&include=x&include=y',
      '',
    ],
    [
      'lists on Azure',
      'azure/mine',
      AZURE,
      { action: 'input_items' },
      'GET',
      'https://a.test/openai/responses/resp_1/input_items?api-version=2025-04-01-preview&limit=20&order=desc',
      '',
    ],
    ['shows on xAI', 'xai/grok-4', {}, { action: 'get' }, 'GET', 'https://api.x.ai/v1/responses/resp_1', ''],
    [
      'cannot leave the API by its id',
      'openai/gpt-4o',
      {},
      { action: 'get', response_id: 'sealed-../files' },
      'GET',
      'https://api.openai.com/v1/responses/..%2Ffiles',
      '',
    ],
  ])('%s', (_, model, wishes, members, method, url, body) => {
    const plan = makePlan(model, { ...STORED, ...wishes });
    const sent = storedResponses.request(callOf(members), plan, AMBIENT);
    expect(sent).toMatchObject({ ok: true, value: { method, url, body } });
    expect(sent.ok && sent.value.headers['content-type']).toBe(body === '' ? undefined : 'application/json');
  });

  test('with an id that was not given out here is refused', () => {
    const sent = storedResponses.request(callOf({ action: 'get', response_id: 'resp_1' }), makePlan('openai/gpt-4o', STORED), AMBIENT);
    expect(sent).toMatchObject({ ok: false, error: { kind: 'bad-request', path: 'response_id' } });
  });

  test.each(['anthropic/claude-sonnet-4-5', 'gemini/gemini-2.5-flash', 'deepseek/deepseek-chat'])(
    'to %s is declined: it keeps none',
    (model) => {
      expect(chooseTransform(makePlan(model, STORED))).toMatchObject({ ok: false, error: { kind: 'declined' } });
    },
  );
});

describe('an answer', () => {
  const PLAN = makePlan('openai/gpt-4o', STORED);
  const answered = (action: string, body: string): ReturnType<typeof storedResponses.response> =>
    storedResponses.response({ status: 200, headers: {}, body } satisfies ProviderAnswer, callOf({ action }), PLAN, AMBIENT);

  test.each([
    [
      'get',
      '{"id":"resp_1", "model":"m","created_at":1.5,"output":[],"x":1.0}',
      '{"id":"sealed-resp_1", "model":"m","created_at":1,"output":[],"x":1.0}',
    ],
    ['cancel', '{"id":"resp_1","output":[],"status":"cancelled"}', '{"id":"sealed-resp_1","output":[],"status":"cancelled"}'],
    ['delete', '{"id":"resp_1","object":"response","deleted":true}', '{"id":"sealed-resp_1","object":"response","deleted":true}'],
    ['input_items', '{"object":"list","data":[{"id":"msg_1"}],"id":"resp_1"}', '{"object":"list","data":[{"id":"msg_1"}],"id":"resp_1"}'],
  ])('to %s keeps its bytes but for the id', (action, body, shown) => {
    expect(answered(action, body)).toMatchObject({ ok: true, value: { body: shown } });
  });

  test.each([
    ['get', '{"id":"resp_1"}'],
    ['delete', '<html>'],
    ['input_items', '[]'],
  ])('to %s that is none: %s', (action, body) => {
    expect(answered(action, body)).toMatchObject({ ok: false, error: { kind: 'bad-upstream' } });
  });
});

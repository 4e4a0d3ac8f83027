import type { JsonObject } from '@stagegate/core-transforms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf, type Answer } from './support/managed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Deployments that serve one team alone, at some hours or at all, those of one environment, and those that serve nobody, in every lane. */

const { first: ofEverybody, second: ofReds } = await twoProviders();

const team = (teamId: string): ReturnType<typeof caller> => ({ ...caller(), teamId });
const keys = memoryKeys({
  'sk-of-reds': team('red'),
  'sk-of-blues': team('blue'),
  'sk-of-nobody': caller(),
});

const reds = { model: 'openai/gpt-4o', api_base: `${ofReds.url}/v1`, api_key: 'key-of-reds' };
const everybodys = { model: 'openai/gpt-4o', api_base: `${ofEverybody.url}/v1`, api_key: 'k' };
/** Both halves of the day, so that the test may run at any hour. */
const ALWAYS_REDS = [
  { start: '00:00', end: '12:00', timezone: 'UTC', team_ids: ['red'] },
  { start: '12:00', end: '00:00', timezone: 'UTC', team_ids: ['red'] },
];
const CONFIG = configFor(ofEverybody.url, {
  model_list: [
    { model_name: 'chat', litellm_params: everybodys, model_info: { id: 'shared' } },
    { model_name: 'internal-1', litellm_params: reds, model_info: { id: 'red-chat', team_id: 'red', team_public_model_name: 'chat' } },
    { model_name: 'internal-2', litellm_params: reds, model_info: { id: 'red-own', team_id: 'red', team_public_model_name: 'ours' } },
    { model_name: 'half', litellm_params: reds, model_info: { id: 'half-blocked', blocked: true } },
    { model_name: 'half', litellm_params: everybodys, model_info: { id: 'half' } },
    { model_name: 'paused', litellm_params: everybodys, model_info: { id: 'paused', blocked: true } },
    { model_name: 'reserved', litellm_params: everybodys, model_info: { id: 'reserved', access_windows: ALWAYS_REDS } },
    { model_name: 'unpriced', litellm_params: { ...everybodys, model: 'openai/our-own' }, model_info: { id: 'unpriced' } },
    { model_name: 'staged', litellm_params: reds, model_info: { id: 'elsewhere', supported_environments: ['staging'] } },
    { model_name: 'live', litellm_params: reds, model_info: { id: 'here-not', supported_environments: ['staging', 'development'] } },
    { model_name: 'live', litellm_params: everybodys, model_info: { id: 'here', supported_environments: ['production'] } },
    { model_name: 'ill', litellm_params: { ...everybodys, mock_response: 'litellm.InternalServerError' }, model_info: { id: 'ill' } },
  ],
  environment_variables: { LITELLM_ENVIRONMENT: 'production' },
  litellm_settings: { num_retries: 0, block_requests_for_models_without_pricing: true },
  router_settings: {
    num_retries: 0,
    disable_cooldowns: true,
    fallbacks: [{ ill: ['paused', 'reserved', 'unpriced', 'ours', 'half'] }, { reserved: ['half'] }],
  },
});

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, CONFIG, { keys });
  });
  afterAll(() => gateway.close());

  async function chat(key: string, model: string, more: JsonObject = {}): Promise<Answer & { id: string | null; group: string | null }> {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], ...more }),
    });
    const { headers, status } = answer;
    const [id, group] = [headers.get('x-litellm-model-id'), headers.get('x-litellm-model-group')];
    return { status, id, group, body: (await answer.json()) as JsonObject };
  }

  test('a team’s own deployment serves the team under its name, and nobody else', async () => {
    expect(await chat('sk-of-reds', 'ours')).toMatchObject({ status: 200, id: 'red-own', group: 'ours', body: { model: 'ours' } });
    expect(await chat('sk-of-reds', 'chat')).toMatchObject({ status: 200, id: 'red-chat', group: 'chat' });
    expect(ofReds.requests.at(-1)?.headers['authorization']).toBe('Bearer key-of-reds');
    expect(await chat('sk-of-blues', 'chat')).toMatchObject({ status: 200, id: 'shared' });
    const before = ofReds.requests.length;
    for (const key of ['sk-of-blues', 'sk-of-nobody']) {
      for (const model of ['ours', 'internal-2', 'red-own']) {
        const refused = await chat(key, model);
        expect([refused.status, JSON.stringify(refused.body)]).toStrictEqual([
          400,
          expect.stringContaining('Invalid model name passed in'),
        ]);
      }
    }
    expect(ofReds.requests.length).toBe(before);
    expect(await chat(MASTER_KEY, 'ours')).toMatchObject({ status: 200, id: 'red-own' });
  });

  test('it is listed to the team alone; what is blocked, to nobody', async () => {
    const list = async (key: string): Promise<readonly unknown[]> => {
      const { body } = await callerOf(gateway.url)('GET', '/v1/models', undefined, key);
      return (body['data'] as readonly JsonObject[]).map(({ id }) => id);
    };
    expect(await list('sk-of-blues')).toStrictEqual(['chat', 'half', 'reserved', 'unpriced', 'live', 'ill']);
    expect((await list('sk-of-reds')).includes('ours')).toBe(true);
    const one = async (key: string): Promise<number> => (await callerOf(gateway.url)('GET', '/v1/models/ours', undefined, key)).status;
    expect([await one('sk-of-reds'), await one('sk-of-blues')]).toStrictEqual([200, 404]);
  });

  test('a deployment that is blocked serves nobody', async () => {
    for (let at = 0; at < 5; at += 1) expect(await chat(MASTER_KEY, 'half')).toMatchObject({ status: 200, id: 'half' });
    const error = { message: 'litellm.PermissionDeniedError: Model is blocked', type: 'permission_error', param: null, code: '403' };
    expect(await chat(MASTER_KEY, 'paused')).toMatchObject({ status: 403, body: { error } });
    expect(await chat(MASTER_KEY, 'paused', { stream: true })).toMatchObject({ status: 403 });
  });

  test('a deployment of another environment is not there, for nobody', async () => {
    const before = ofReds.requests.length;
    expect(await chat(MASTER_KEY, 'staged')).toMatchObject({ status: 400, body: { error: { code: '400' } } });
    for (let at = 0; at < 5; at += 1) expect(await chat(MASTER_KEY, 'live')).toMatchObject({ status: 200, id: 'here' });
    expect(ofReds.requests.length).toBe(before);
  });

  test('at hours that are some teams’ others are refused', async () => {
    expect(await chat('sk-of-reds', 'reserved')).toMatchObject({ status: 200, id: 'reserved' });
    const before = ofEverybody.requests.length;
    const refused = await chat('sk-of-blues', 'reserved');
    expect(refused).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param: null, code: '400' } } });
    expect((refused.body['error'] as JsonObject)['message']).toMatch(
      /^litellm\.BadRequestError: Deployment reserved is reserved for another team until (?:12|00):00 UTC\n\nLiteLLM: model group 'reserved' failed/u,
    );
    expect((await chat(MASTER_KEY, 'reserved', { stream: true })).status).toBe(400);
    expect(ofEverybody.requests.length).toBe(before);
  });

  test('where prices must be known, a model without one is refused', async () => {
    const before = ofEverybody.requests.length;
    expect(await chat(MASTER_KEY, 'unpriced')).toMatchObject({
      status: 403,
      body: {
        error: {
          message: expect.stringMatching(/^Model 'unpriced' has no pricing in the cost map, so litellm cannot price the request\. /u),
          type: 'model_cost_map_missing',
          param: 'model',
          code: '403',
        },
      },
    });
    expect(ofEverybody.requests.length).toBe(before);
  });

  test('a fallback is no way to any of them', async () => {
    expect(await chat('sk-of-reds', 'ill')).toMatchObject({ status: 200, id: 'reserved' });
    const before = ofReds.requests.length;
    expect(await chat('sk-of-blues', 'ill')).toMatchObject({ status: 200, id: 'half' });
    expect(ofReds.requests.length).toBe(before);
  });
});

import type { JsonObject } from '@stagegate/core-transforms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Models that cost nothing, for callers who have no money left, in every lane. */

const { first } = await twoProviders();

const SPENT = { spend: 2, max: 1 };
const LEFT = { spend: 0, max: 1 };
const USER = { id: 'u', models: [], deactivated: false };
const TEAM = { id: 't', alias: undefined, blocked: false, models: [], aliases: {}, accessGroupModels: [], member: undefined, lost: false };
const keys = {
  ...memoryKeys({
    'sk-rich': caller({ budget: LEFT }),
    'sk-spent': caller({ budget: SPENT }),
    'sk-spent-user': caller({ user: { ...USER, budget: SPENT } }),
    'sk-spent-team': caller({ team: { ...TEAM, budget: SPENT } }),
    'sk-team-of-spent-user': caller({ team: { ...TEAM, budget: LEFT }, user: { ...USER, budget: SPENT } }),
    'sk-aliased': caller({ budget: SPENT, aliases: { ours: 'free', theirs: 'paid' } }),
  }),
  findTagBudgets: () => new Map([['spent', SPENT]]),
  findProxyBudget: () => SPENT,
};

const row = (model_name: string, litellm_params: JsonObject, model_info: JsonObject = {}): JsonObject => ({
  model_name,
  litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', ...litellm_params },
  model_info,
});
const ZERO = { input_cost_per_token: 0, output_cost_per_token: 0 };
const FAILS = { mock_response: 'litellm.InternalServerError' };
const configOf = (general_settings: JsonObject, litellm_settings: JsonObject = {}): JsonObject =>
  configFor(first.url, {
    general_settings,
    litellm_settings: { num_retries: 0, ...litellm_settings },
    model_list: [
      row('free', ZERO),
      row('free-by-info', {}, ZERO),
      row('half', ZERO),
      row('half', {}),
      row('reserved', ZERO, { ptu_count: 1, cost_per_ptu_per_hour: 2 }),
      row('by-second', { ...ZERO, input_cost_per_second: 0.1 }),
      row('free-in', { input_cost_per_token: 0 }),
      row('paid', {}),
      row('unknown', { model: 'openai/our-own' }),
      row('free-ill', { ...ZERO, ...FAILS }),
      row('free-iller', { ...ZERO, ...FAILS }),
    ],
    router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [{ 'free-ill': ['paid', 'free'] }, { 'free-iller': ['paid'] }] },
  });

describe.each(GATEWAYS)('%s', (lane) => {
  const gateways: Record<'usual' | 'loose' | 'strict', Gateway | undefined> = { usual: undefined, loose: undefined, strict: undefined };
  beforeAll(async () => {
    gateways.usual = await startGateway(lane, configOf({}), { keys });
    gateways.loose = await startGateway(lane, configOf({ enforce_fallback_budget: false }), { keys });
    gateways.strict = await startGateway(lane, configOf({ apply_user_budget_to_team_keys: true }, { max_budget: 1 }), { keys });
  });
  afterAll(() => Promise.all(Object.values(gateways).map((gateway) => gateway?.close())));

  /** out: the group that answered, else the status. */
  const ask = async (key: string, model: string, which: keyof typeof gateways = 'usual', more: JsonObject = {}): Promise<unknown> => {
    const answer = await fetch(`${gateways[which]?.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], ...more }),
    });
    await answer.arrayBuffer();
    return answer.ok ? answer.headers.get('x-litellm-model-group') : answer.status;
  };
  const askAll = (key: string, models: readonly string[]): Promise<readonly unknown[]> =>
    Promise.all(models.map((model) => ask(key, model)));

  test('whoever has nothing left may ask what costs nothing, and only that', async () => {
    for (const key of ['sk-spent', 'sk-spent-user', 'sk-spent-team']) {
      expect(await askAll(key, ['free', 'free-by-info'])).toStrictEqual(['free', 'free-by-info']);
      expect(await askAll(key, ['paid', 'half', 'reserved', 'by-second', 'free-in', 'unknown'])).toStrictEqual([
        422, 422, 422, 422, 422, 422,
      ]);
    }
    expect(await askAll('sk-aliased', ['ours', 'theirs'])).toStrictEqual(['free', 422]);
    for (const key of ['sk-rich', MASTER_KEY]) {
      expect(await ask(key, 'free', 'usual', { tags: ['spent'] })).toBe('free');
      expect(await ask(key, 'paid', 'usual', { tags: ['spent'] })).toBe(422);
    }
  });

  test('so it is with what everybody together may spend', async () => {
    expect([await ask(MASTER_KEY, 'free', 'strict'), await ask(MASTER_KEY, 'paid', 'strict')]).toStrictEqual(['free', 422]);
  });

  test('a call that began with what costs nothing does not go on to what costs something, unless the operator lets it', async () => {
    expect(await askAll('sk-rich', ['free-ill', 'free-iller'])).toStrictEqual(['paid', 'paid']);
    expect(await askAll('sk-spent', ['free-ill', 'free-iller'])).toStrictEqual(['free', 500]);
    expect(await askAll('sk-spent-user', ['free-ill', 'free-iller'])).toStrictEqual(['free', 500]);
    expect(await ask('sk-spent', 'free-ill', 'loose')).toBe('paid');
  });

  test('apply_user_budget_to_team_keys: a user’s budget holds for his keys of teams too', async () => {
    expect([await ask('sk-team-of-spent-user', 'paid'), await ask('sk-team-of-spent-user', 'paid', 'strict')]).toStrictEqual(['paid', 422]);
    expect(await ask('sk-team-of-spent-user', 'free-iller')).toBe('paid');
    expect(await ask('sk-team-of-spent-user', 'free-iller', 'strict')).toBe(500);
  });
});

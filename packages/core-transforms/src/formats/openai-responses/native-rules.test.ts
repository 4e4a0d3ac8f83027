import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { nativeResponses } from './native.ts';

const DIALECT: PlanWishes = { dialect: 'openai-responses', ids: { seal: (id) => id, open: (id) => id } };
const SEARCH: JsonObject = { type: 'file_search', vector_store_ids: ['vs_1'] };
const WEATHER: JsonObject = { type: 'function', name: 'weather', parameters: { type: 'object' } };

function sent(model: string, request: JsonObject, wishes: PlanWishes = {}): Outcome<JsonObject> {
  const call = { body: toRawObject(deepFreeze({ model: 'group', ...request })), headers: {} };
  const asked = nativeResponses.request(call, makePlan(model, { ...DIALECT, ...wishes }), AMBIENT);
  if (!asked.ok) return asked;
  const { body } = asked.value;
  return { ok: true, value: JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)), notes: [] };
}

test('where a provider of this API has no search in files, a function stands in for it', () => {
  const asked = sent('fireworks_ai/m', { input: 'a', tools: [SEARCH, WEATHER] });
  expect(asked).toMatchObject({ ok: true, value: { tools: [WEATHER, { type: 'function', name: 'litellm_file_search' }] } });
  expect(sent('openai/gpt-4o', { input: 'a', tools: [SEARCH] })).toMatchObject({ value: { tools: [SEARCH] } });
  expect(sent('fireworks_ai/m', { input: 'a', tools: [SEARCH] }, { stream: true })).toMatchObject({ error: { kind: 'declined' } });
  expect(sent('fireworks_ai/m', { input: 'a', tools: [WEATHER] }, { stream: true }).ok).toBe(true);
});

test('what the model said of it is shown as a search that failed', () => {
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'litellm_file_search', arguments: '{"queries":["q"]}' };
  const body = JSON.stringify({ id: 'r', object: 'response', created_at: 1, model: 'm', output: [call], usage: null });
  const shown = (tools: JsonObject[]): unknown => {
    const asked = { body: toRawObject({ model: 'group', input: 'a', tools }), headers: {} };
    const answer = nativeResponses.response({ status: 200, headers: {}, body }, asked, makePlan('fireworks_ai/m', DIALECT), AMBIENT);
    return answer.ok ? JSON.parse(answer.value.body).output[0] : answer.error;
  };
  expect(shown([SEARCH])).toMatchObject({ type: 'file_search_call', status: 'failed', queries: ['q'] });
  expect(shown([WEATHER])).toStrictEqual(call);
});

test('Sail is told of tiers as windows here too', () => {
  const asked = (tier: string, metadata?: JsonObject): Outcome<JsonObject> =>
    sent('sail/m', { input: 'a', service_tier: tier, ...(metadata && { metadata }) });
  expect(asked('flex', { a: 'b' })).toMatchObject({ value: { metadata: { a: 'b', completion_window: 'flex' } } });
  for (const tier of ['auto', 'flex']) expect(asked(tier)).not.toHaveProperty('value.service_tier');
  expect(asked('standard_only')).toMatchObject({ error: { kind: 'unsupported-params', params: ['service_tier'] } });
});

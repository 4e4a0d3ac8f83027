import { expect, test } from 'vitest';
import { bodyText } from '../../test/body-text.ts';
import { AMBIENT, deepFreeze, makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from '../call/choose-transform.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Plan } from '../contract/plan.ts';
import { toRawObject } from '../json/raw-object.ts';
import { withMessagesApi } from './messages-copies.ts';

const BODY = { model: 'g', max_tokens: 5, messages: [{ role: 'user', content: 'Well?' }] };

function sent(model: string, apiBase?: string): unknown {
  return sentBy(makePlan(model, { dialect: 'anthropic-messages', apiBase }));
}

function sentBy(plan: Plan, body: JsonObject = BODY): unknown {
  const transform = chooseTransform(deepFreeze(plan));
  if (!transform.ok) return transform.error;
  const made = transform.value.request({ body: toRawObject(deepFreeze(body)), headers: {} }, plan, AMBIENT);
  return made.ok ? { url: made.value.url, auth: made.value.auth, body: JSON.parse(bodyText(made.value)) } : made.error;
}

test.each<[string, string | undefined, string, string]>([
  ['minimax/MiniMax-M2', undefined, 'https://api.minimax.io/anthropic/v1/messages', 'x-api-key'],
  ['minimax/MiniMax-M2', 'https://h/v1', 'https://h/anthropic/v1/messages', 'x-api-key'],
  ['minimax/MiniMax-M2', 'https://h/anthropic', 'https://h/anthropic/v1/messages', 'x-api-key'],
  ['minimax/MiniMax-M2', 'https://h/anthropic/v1/messages', 'https://h/anthropic/v1/messages', 'x-api-key'],
  ['tencent/m', undefined, 'https://tokenhub-intl.tencentcloudmaas.com/v1/messages', 'x-api-key'],
  ['tencent/m', 'https://h/v1/chat/completions', 'https://h/v1/messages', 'x-api-key'],
  ['sail/m', undefined, 'https://api.sailresearch.com/v1/messages', 'authorization'],
  ['prism/m', 'https://h', 'https://h/v1/messages', 'authorization'],
  ['cortecs/m', 'https://h/v1', 'https://h/v1/messages', 'authorization'],
  ['meta/m', 'https://h/v1/messages', 'https://h/v1/messages', 'authorization'],
  ['edenai/m', undefined, 'https://api.edenai.run/v3/v1/messages', 'authorization'],
])('%s at %s takes messages at %s', (model, apiBase, url, header) => {
  expect(sent(model, apiBase)).toMatchObject({
    url,
    auth: { kind: 'header', header },
    body: { model: model.slice(model.indexOf('/') + 1), max_tokens: 5, messages: [{ role: 'user', content: 'Well?' }] },
  });
});

const MARK = { type: 'ephemeral', ttl: '1h' };
const MARKED = { model: 'g', max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'text', text: 'Well?', cache_control: MARK }] }] };

test.each<[string, boolean, object]>([
  ['hosted_vllm/m', false, { type: 'ephemeral' }],
  ['hosted_vllm/m', true, MARK],
  ['openai/m', false, { type: 'ephemeral' }],
  ['azure_ai/m', false, { type: 'ephemeral' }],
])('a deployment of %s that takes messages gets them as they are, times of cache marks: %s', (model, readsCacheTimes, mark) => {
  const plan = makePlan(model, { dialect: 'anthropic-messages', apiBase: 'https://a.services.ai.azure.com/v1' });
  expect(sentBy({ ...plan, provider: withMessagesApi(plan.provider, readsCacheTimes) }, MARKED)).toMatchObject({
    url: 'https://a.services.ai.azure.com/v1/messages',
    auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
    body: { model: 'm', messages: [{ content: [{ cache_control: mark }] }] },
  });
});

test('a provider with a way of its own keeps it', () => {
  const { provider } = makePlan('anthropic/claude-sonnet-4-5');
  expect(withMessagesApi(provider, false)).toBe(provider);
});

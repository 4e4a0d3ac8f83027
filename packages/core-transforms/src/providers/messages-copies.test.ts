import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from '../call/choose-transform.ts';
import { toRawObject } from '../json/raw-object.ts';

function sent(model: string, apiBase?: string): unknown {
  const plan = deepFreeze(makePlan(model, { dialect: 'anthropic-messages', apiBase }));
  const transform = chooseTransform(plan);
  if (!transform.ok) return transform.error;
  const body = { model: 'g', max_tokens: 5, messages: [{ role: 'user', content: 'Well?' }] };
  const made = transform.value.request({ body: toRawObject(deepFreeze(body)), headers: {} }, plan, AMBIENT);
  return made.ok ? { url: made.value.url, auth: made.value.auth, body: JSON.parse(String(made.value.body)) } : made.error;
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

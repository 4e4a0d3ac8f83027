import { expect, test } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import { NO_SETTINGS, type Plan } from '../contract/plan.ts';
import { lookupModelFacts } from '../facts/model-facts.ts';
import { openaiChatFormat } from '../formats/openai-chat/format.ts';
import { toEndpoint, toProviderBody } from '../formats/openai-chat/request.ts';
import type { ProviderRow } from './provider-row.ts';
import { listProviders } from './registry.ts';

const AMBIENT = { nowSeconds: 1_700_000_000, callId: '00000000-0000-4000-8000-000000000000' };
const HELLO: JsonObject = { model: 'group', messages: [{ role: 'user', content: 'Hello' }] };

function planOf(provider: ProviderRow, stream: boolean): Plan {
  return {
    dialect: 'openai-chat',
    provider,
    model: 'some-model',
    modelGroup: 'group',
    answerModel: 'group',
    stream,
    apiBase: provider.baseUrl === undefined ? 'https://host.test/v1' : undefined,
    settings: NO_SETTINGS,
    facts: lookupModelFacts(provider.id, 'some-model'),
  };
}

const rows = listProviders()
  .filter(({ format }) => format === 'openai-chat')
  .map((row) => [row.id, row] as const);

test.each(rows)('%s: a plain call says what the client said', (_id, row) => {
  const outcome = toProviderBody(HELLO, planOf(row, false));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  expect(outcome.value['messages']).toStrictEqual(HELLO['messages']);
  expect(outcome.value['model']).toBe(`${row.modelPrefix ?? ''}some-model`);
  expect([undefined, false]).toContain(outcome.value['stream']);
  const { url } = toEndpoint(planOf(row, false), {});
  const [home = ''] = (row.baseUrl ?? 'https://host.test/v1').split('{', 1);
  expect(url.startsWith(home)).toBe(true);
  expect(url.split('?', 1)[0]?.endsWith(row.path ?? '/chat/completions')).toBe(true);
});

test.each(rows)('%s: a stream asks for usage where the provider can tell', (_id, row) => {
  const outcome = toProviderBody({ ...HELLO, stream: true }, planOf(row, true));
  const usage = row.params.allow.includes('stream_options') && row.chat?.streamUsage === undefined;
  expect(outcome).toMatchObject({ ok: true, value: { stream: true } });
  expect(outcome.ok && outcome.value['stream_options']).toStrictEqual(usage ? { include_usage: true } : undefined);
});

test.each(rows)('%s: an answer keeps its text', (_id, row) => {
  const choice = { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' };
  const body = JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model: 'm', choices: [choice] });
  const outcome = openaiChatFormat.response({ status: 200, headers: {}, body }, planOf(row, false), AMBIENT, HELLO);
  expect(outcome).toMatchObject({ ok: true, value: { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] } });
});

test.each(rows)("%s: a refusal keeps the provider's words and status", (_id, row) => {
  const body = JSON.stringify({ error: { message: 'too many of them', type: 'x', code: 'y' } });
  const error = openaiChatFormat.error({ status: 429, headers: {}, body }, planOf(row, false));
  expect(error).toMatchObject({ kind: 'upstream-refused', provider: row.id, status: 429 });
  expect('message' in error && error.message).toContain('too many of them');
});

test.each(rows.filter(([, row]) => row.baseUrl === undefined))('%s: without api_base nobody is called', (id, row) => {
  const { apiBase: _base, ...plan } = planOf(row, false);
  const outcome = toProviderBody(HELLO, { ...plan, apiBase: undefined });
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'declined', path: 'api_base' } });
  expect(id).not.toBe('openai');
});

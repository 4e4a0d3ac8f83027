import { expect, test } from 'vitest';
import { bodyText } from '../../test/body-text.ts';
import { AMBIENT, deepFreeze, makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from '../call/choose-transform.ts';
import type { JsonObject } from '../contract/json.ts';
import type { DialectId } from '../contract/plan.ts';
import { toRawObject } from '../json/raw-object.ts';

const KEY = { kind: 'header', header: 'x-api-key', scheme: '' };
const QUESTION = { role: 'user', content: 'Well?' };

function sent(dialect: DialectId, body: JsonObject, apiBase: string, headers: Readonly<Record<string, string>> = {}): unknown {
  const plan = deepFreeze(makePlan('azure_ai/claude-sonnet-4-5', { dialect, apiBase }));
  const transform = chooseTransform(plan);
  if (!transform.ok) return transform.error;
  const made = transform.value.request({ body: toRawObject(deepFreeze(body)), headers }, plan, AMBIENT);
  return made.ok ? { ...made.value, body: JSON.parse(bodyText(made.value)) } : made.error;
}

test.each(['http://h', 'http://h/anthropic', 'http://h/anthropic/', 'http://h/anthropic/v1/messages'])('messages at %s', (apiBase) => {
  const base = apiBase.replace(/\/$/u, '');
  expect(sent('anthropic-messages', { model: 'g', max_tokens: 5, messages: [QUESTION] }, base)).toMatchObject({
    url: 'http://h/anthropic/v1/messages',
    auth: { kind: 'token', issuer: 'azure', key: KEY },
    body: { model: 'claude-sonnet-4-5', messages: [QUESTION] },
  });
});

test('chats put the key in two places; their extra body joins; betas of clients stay behind', () => {
  const chat = { model: 'g', messages: [QUESTION], max_tokens: 5, extra_body: { a: 1 } };
  const made = sent('openai-chat', chat, 'http://h/anthropic', { 'anthropic-beta': 'context-1m-2025-08-07' });
  expect(made).toMatchObject({ auth: { key: { ...KEY, also: 'api-key' } }, body: { a: 1, max_tokens: 5 } });
  expect(made).not.toHaveProperty(['headers', 'anthropic-beta']);
  expect(made).not.toHaveProperty(['body', 'extra_body']);
});

test('files by id name two betas', () => {
  const content = [{ type: 'file', file: { file_id: 'f' } }];
  const made = sent('openai-chat', { model: 'g', messages: [{ role: 'user', content }], max_tokens: 5 }, 'http://h/anthropic');
  expect(made).toMatchObject({ headers: { 'anthropic-beta': 'code-execution-2025-05-22,files-api-2025-04-14' } });
});

test('an effort names its beta on messages, and in a chat only when the client does', () => {
  const chat = { model: 'g', messages: [QUESTION], max_tokens: 5, output_config: { effort: 'low' } };
  const beta = 'effort-2025-11-24';
  expect(sent('openai-chat', chat, 'http://h/anthropic')).not.toHaveProperty(['headers', 'anthropic-beta']);
  expect(sent('openai-chat', { ...chat, extra_headers: { 'anthropic-beta': beta } }, 'http://h/anthropic')).toMatchObject({
    headers: { 'anthropic-beta': beta },
  });
});

test('counts', () => {
  expect(sent('anthropic-count-tokens', { model: 'g', messages: [QUESTION] }, 'http://h/anthropic')).toMatchObject({
    url: 'http://h/anthropic/v1/messages/count_tokens',
    auth: { key: { ...KEY, also: 'api-key' } },
  });
});

import { describe, expect, test } from 'vitest';

import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ClientCall } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { countTokensLocal, countTokensNative } from './count-tokens.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { dialect: 'anthropic-count-tokens' });
const BODY: JsonObject = { model: 'group', messages: [{ role: 'user', content: 'Say hello in French.' }] };
const ESTIMATE = { body: '{"input_tokens":12,"litellm_count_source":"local_estimate"}' };

function callOf(body: JsonObject): ClientCall {
  return { body: toRawObject(deepFreeze(body)), headers: {} };
}

function textBlock(text: string): JsonObject {
  return { type: 'text', text };
}

function sent(body: JsonObject, plan = PLAN): unknown {
  const outcome = countTokensNative.request(callOf(body), plan, AMBIENT);
  return outcome.ok ? JSON.parse(String(outcome.value.body)) : outcome.error;
}

describe('asked of the provider', () => {
  test('only what counts is sent, with the beta that counting needs', () => {
    const more = { max_tokens: 5, thinking: {}, system: null, tools: [{ name: 'f' }] };
    expect(sent({ ...BODY, ...more })).toEqual({ ...BODY, model: 'claude-sonnet-4-5', tools: [{ name: 'f' }] });
    expect(countTokensNative.request(callOf(BODY), PLAN, AMBIENT)).toMatchObject({
      value: {
        url: 'https://api.anthropic.com/v1/messages/count_tokens',
        headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'token-counting-2024-11-01' },
        auth: { kind: 'header', header: 'x-api-key', scheme: '' },
      },
    });
  });

  test.each(['http://h', 'http://h/', 'http://h/v1', 'http://h/v1/messages'])('base %s', (apiBase) => {
    expect(countTokensNative.request(callOf(BODY), { ...PLAN, apiBase }, AMBIENT)).toMatchObject({
      value: { url: 'http://h/v1/messages/count_tokens' },
    });
  });

  test('system messages at the head join the system prompt', () => {
    const user = { role: 'user', content: 'x' };
    const messages = [
      { role: 'system', content: 'a' },
      { role: 'system', content: [textBlock('b')] },
      user,
      { role: 'system', content: 'c' },
    ];
    expect(sent({ model: 'm', messages, system: 's' })).toEqual({
      model: 'claude-sonnet-4-5',
      messages: [user, { role: 'system', content: 'c' }],
      system: [textBlock('s'), textBlock('a'), textBlock('b')],
    });
    expect(sent({ model: 'm', messages: [{ role: 'system', content: '' }, user] })).toEqual({
      model: 'claude-sonnet-4-5',
      messages: [user],
    });
  });

  test('the provider’s figure says where it is from', () => {
    const answer = { status: 200, headers: {}, body: '{"input_tokens":2095}' };
    expect(countTokensNative.response(answer, callOf(BODY), PLAN, AMBIENT)).toMatchObject({
      value: { body: '{"input_tokens":2095,"litellm_count_source":"provider"}' },
    });
    expect(countTokensNative.response({ ...answer, body: '<html>' }, callOf(BODY), PLAN, AMBIENT)).toMatchObject({ value: ESTIMATE });
  });
});

describe('made here', () => {
  test('when the provider fails, and where it has no count', () => {
    expect(countTokensNative.recover?.(callOf(BODY), PLAN, AMBIENT)).toMatchObject({ value: ESTIMATE });
    expect(countTokensLocal.local?.(callOf(BODY), PLAN, AMBIENT)).toMatchObject({ value: ESTIMATE });
    expect(countTokensNative.local).toBeUndefined();
  });

  test.each([
    [{ model: 'm' }],
    [{ model: 'm', messages: [] }],
    [{ model: 'm', messages: [{ role: 'user' }] }],
    [{ model: 'm', messages: ['x'] }],
  ])('but not for %j, which nobody would count', (body) => {
    expect(sent(body)).toMatchObject({ kind: 'bad-request' });
    expect(countTokensNative.recover?.(callOf(body), PLAN, AMBIENT)).toMatchObject({ ok: false });
    expect(countTokensLocal.local?.(callOf(body), PLAN, AMBIENT)).toMatchObject({ ok: false });
  });
});

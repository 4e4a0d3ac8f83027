import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { readEndUserId } from './end-user.ts';

test.each<[JsonObject, string | undefined]>([
  [{ user: 'a', metadata: { user_id: 'b' } }, 'a'],
  [{ user: 7 }, '7'],
  [{ user: ' ', litellm_metadata: { user: 'a' }, metadata: { user_id: 'b' } }, 'a'],
  [{ metadata: { user_id: 'a' }, safety_identifier: 'b' }, 'a'],
  [{ metadata: '{"user_id": "a"}' }, 'a'],
  [{ metadata: '["user_id"]', safety_identifier: 'a' }, 'a'],
  [{ metadata: '{"user_id": ', safety_identifier: 'a' }, 'a'],
  [{ user: 'a'.repeat(513) }, undefined],
  [{}, undefined],
])('%j is made for %s', (body, id) => {
  expect(readEndUserId(() => undefined, body, {})).toBe(id);
});

test('headers come first, LiteLLM’s before the operator’s own', () => {
  const headers: Record<string, string> = { 'x-litellm-end-user-id': 'a', 'x-ours': 'b' };
  const named = (names: readonly string[]): string | undefined =>
    readEndUserId((name) => (names.includes(name) ? headers[name] : undefined), { user: 'c' }, { userHeaderNames: ['x-ours'] });
  expect([named(['x-ours', 'x-litellm-end-user-id']), named(['x-ours']), named([])]).toStrictEqual(['a', 'b', 'c']);
});

test('where customers have to be known, an id that is JSON is none', () => {
  const ids = [{ endUsersKnown: true }, {}].map((rules) => readEndUserId(() => undefined, { user: '{"id": 1}' }, rules));
  expect(ids).toStrictEqual([undefined, '{"id": 1}']);
});

import { expect, test } from 'vitest';
import { BANNED_MEMBERS } from './banned-members.data.ts';
import { findBannedMember } from './banned-members.ts';

const CLEAN = { model: 'm', messages: [{ role: 'user', content: 'hi' }], temperature: 1 };

test('every name on the list is found at the top level', () => {
  for (const name of BANNED_MEMBERS) expect(findBannedMember({ ...CLEAN, [name]: 1 })).toBe(name);
});

test.each([
  [{ metadata: { api_base: 'x' } }, 'api_base'],
  [{ metadata: '{"api_base":"x"}' }, 'api_base'],
  [{ litellm_metadata: ' [{"a":{"api_key":"x"}}]' }, 'api_key'],
  [{ metadata: { a: '{"b":"{\\"base_url\\":1}"}' } }, 'base_url'],
  [{ extra_body: { deep: [{ er: { aws_role_name: 'x' } }] } }, 'aws_role_name'],
  [{ litellm_embedding_config: { api_base: 'x' } }, 'api_base'],
  [{ fallbacks: [{ model: 'n', api_key: 'x' }] }, 'api_key'],
  [{ litellm_params: { metadata: { langfuse_host: 'x' } } }, 'langfuse_host'],
  [{ router_settings_override: { fallbacks: [{ a: [{ base_url: 'x' }] }] } }, 'base_url'],
])('is found in %j', (more, name) => {
  expect(findBannedMember({ ...CLEAN, ...more })).toBe(name);
});

test.each([
  CLEAN,
  { ...CLEAN, tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { api_key: { type: 'string' } } } } }] },
  { ...CLEAN, messages: [{ role: 'assistant', content: [{ type: 'tool_use', input: { api_base: 'x' } }] }] },
  { ...CLEAN, metadata: { note: 'api_base' } },
  { ...CLEAN, metadata: '{not json' },
  { ...CLEAN, stream_options: { include_usage: true }, metadata: { tags: ['t'] } },
])('content is the user’s own: %j', (body) => {
  expect(findBannedMember(body)).toBeUndefined();
});

test('JSON in a string may be nested as deep as it likes', () => {
  expect(findBannedMember({ ...CLEAN, metadata: '['.repeat(100_000) + ']'.repeat(100_000) })).toBeUndefined();
});

import { expect, test } from 'vitest';
import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { chatEndpoint } from './endpoint.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { apiBase: 'https://example.com' });
const ADAPTIVE_PLAN = makePlan('anthropic/claude-opus-4-7');

function betas(body: JsonObject, chat: JsonObject = {}, plan = PLAN): string | undefined {
  return chatEndpoint(deepFreeze(plan), deepFreeze(body), {}, deepFreeze(chat)).merged?.['anthropic-beta'];
}

test('betas of client, extra_headers and deployment are one set; unknown ones and credentials are left out', () => {
  const plan = { ...PLAN, settings: { ...PLAN.settings, extraHeaders: { 'anthropic-beta': 'output-128k-2025-02-19' } } };
  const chat = {
    extra_headers: {
      'X-Own': '1',
      'Anthropic-Beta': 'token-efficient-tools-2025-02-19,unknown',
      Authorization: 'Bearer x',
      'x-api-key': 'y',
    },
  };
  expect(chatEndpoint(plan, {}, { 'anthropic-beta': 'context-1m-2025-08-07', 'anthropic-version': '2024-01-01' }, chat)).toEqual({
    url: 'https://example.com/v1/messages',
    headers: { 'x-own': '1', 'anthropic-version': '2023-06-01' },
    merged: { 'anthropic-beta': 'context-1m-2025-08-07,output-128k-2025-02-19,token-efficient-tools-2025-02-19' },
    auth: { kind: 'header', header: 'x-api-key', scheme: '' },
  });
});

test.each<[string, JsonObject, JsonObject, string | undefined]>([
  ['nothing', {}, {}, undefined],
  ['a computer', { tools: [{ type: 'computer_20250124' }] }, {}, 'computer-use-2025-01-24'],
  ['servers', { mcp_servers: [{}] }, {}, 'mcp-client-2025-04-04'],
  ['no servers', { mcp_servers: [] }, {}, undefined],
  ['files by id', {}, { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] }, 'files-api-2025-04-14'],
  ['tools called by code', { tools: [{ allowed_callers: ['code_execution_20250825'] }] }, {}, 'advanced-tool-use-2025-11-20'],
  ['examples', { tools: [{ input_examples: [{}] }] }, {}, 'advanced-tool-use-2025-11-20'],
  ['code execution', { tools: [{ type: 'code_execution_20250825' }] }, {}, 'code-execution-2025-08-25'],
  ['skills', { container: { skills: [{}] } }, {}, 'skills-2025-10-02'],
  ['effort', { output_config: { effort: 'low' } }, {}, 'effort-2025-11-24'],
  ['a schema', { output_format: {} }, {}, 'structured-outputs-2025-11-13'],
  [
    'fetching and memory',
    { tools: [{ type: 'web_fetch_20250910' }, { type: 'memory_20250818' }] },
    {},
    'context-management-2025-06-27,web-fetch-2025-09-10',
  ],
  ['fast mode', { speed: 'fast' }, {}, 'fast-mode-2026-02-01'],
  ['output settings of a turn', {}, { messages: [{ output_config: {} }] }, 'mid-conversation-output-config-2026-07-01'],
])('a beta for %s', (_name, body, chat, expected) => {
  expect(betas(body, chat)).toBe(expected);
});

test('effort is no beta for models that think adaptively', () => {
  expect(betas({ output_config: { effort: 'low' } }, {}, ADAPTIVE_PLAN)).toBeUndefined();
});

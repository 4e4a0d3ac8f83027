import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toChatRequest } from './client-request.ts';

const HI: JsonValue = [{ role: 'user', content: 'hi' }];

function chatOf(body: JsonObject, name = 'hosted_vllm/llama', wishes: PlanWishes = {}): JsonObject {
  const outcome = toChatRequest(deepFreeze({ model: 'group', max_tokens: 9, messages: HI, ...body }), makePlan(name, wishes));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

function errorOf(body: JsonObject, wishes: PlanWishes = {}): unknown {
  const outcome = toChatRequest(
    deepFreeze({ model: 'group', max_tokens: 9, messages: HI, ...body }),
    makePlan('hosted_vllm/llama', wishes),
  );
  return outcome.ok ? outcome.value : outcome.error;
}

function messagesOf(messages: JsonValue, more: JsonObject = {}, name?: string, wishes?: PlanWishes): JsonValue | undefined {
  return chatOf({ messages, ...more }, name, wishes)['messages'];
}

describe('messages', () => {
  test('the system prompt comes first, as a string or as parts', () => {
    expect(messagesOf(HI, { system: 'be brief' })).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'hi' },
    ]);
    expect(messagesOf(HI, { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] })).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'a' }] },
      { role: 'user', content: 'hi' },
    ]);
  });

  test('cache marks stay where the model takes them', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'a', ...mark }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c', ...mark },
        ],
      },
    ];
    expect(messagesOf(messages, {}, 'openrouter/anthropic/claude-sonnet-4.5')).toEqual(messages);
    expect(messagesOf(messages)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'a' }] },
      { role: 'assistant', content: 'bc' },
    ]);
  });

  test('tool results stand before what the user says in the same turn', () => {
    const result = { type: 'tool_result', tool_use_id: 't.1', content: [{ type: 'text', text: '18C' }], is_error: true };
    expect(messagesOf([{ role: 'user', content: [{ type: 'text', text: 'So?' }, result] }])).toEqual([
      { role: 'tool', tool_call_id: 't_1', content: '18C' },
      { role: 'user', content: [{ type: 'text', text: 'So?' }] },
    ]);
  });

  test.each<[JsonValue | undefined, JsonValue]>([
    [undefined, ''],
    ['x', 'x'],
    [[], ''],
    [['a'], 'a'],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    ],
    [[{ type: 'image', source: { type: 'url', url: 'https://a' } }], [{ type: 'image_url', image_url: { url: 'https://a' } }]],
    [[{ type: 'tool_reference', tool_name: 'f' }], [{ type: 'tool_reference', tool_name: 'f' }]],
    [[{ type: 'unknown' }], ''],
  ])('a tool gave %j', (content, expected) => {
    const block = { type: 'tool_result', tool_use_id: 't', ...(content !== undefined && { content }) };
    expect(messagesOf([{ role: 'user', content: [block] }])).toEqual([{ role: 'tool', tool_call_id: 't', content: expected }]);
  });

  test.each<[JsonObject, string | undefined]>([
    [{ type: 'base64', media_type: 'image/png', data: 'QQ==' }, 'data:image/png;base64,QQ=='],
    [{ type: 'base64', data: 'QQ==' }, 'data:image/jpeg;base64,QQ=='],
    [{ type: 'base64', media_type: 'application/pdf', data: '' }, undefined],
    [{ type: 'url', url: 'https://a/x.pdf' }, 'https://a/x.pdf'],
    [{ type: 'file', file_id: 'f' }, undefined],
  ])('a source %j travels as %s', (source, url) => {
    for (const type of ['image', 'document']) {
      const parts = [{ type: 'text', text: 'a' }, ...(url === undefined ? [] : [{ type: 'image_url', image_url: { url } }])];
      const content = [
        { type: 'text', text: 'a' },
        { type, source },
      ];
      expect(messagesOf([{ role: 'user', content }])).toEqual([{ role: 'user', content: parts }]);
    }
  });

  test('an answer keeps its calls, its thinking and the signature of each', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'thinking', thinking: 'theirs', signature: 'litellm_encrypted_reasoning:x' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'ok' },
      { type: 'tool_use', id: 'call:1__thought__sig', name: 'f', input: { q: 'é' }, provider_specific_fields: { signature: 'g' } },
    ];
    expect(messagesOf([{ role: 'assistant', content }])).toEqual([
      {
        role: 'assistant',
        content: 'ok',
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'f', arguments: '{"q": "\\u00e9"}', provider_specific_fields: { thought_signature: 'g' } },
          },
        ],
        thinking_blocks: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
        ],
        reasoning_content: 'hm',
      },
    ]);
  });

  test('what is empty goes, and the message with it', () => {
    const messages = [
      { role: 'user', content: '' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: ' ' },
          { type: 'thinking', thinking: '' },
        ],
      },
      { role: 'robot', content: 'x' },
      { role: 'user', content: 'hi' },
    ];
    expect(messagesOf(messages)).toEqual([{ role: 'user', content: 'hi' }]);
  });

  test('a system turn inside becomes the user’s, and never parts a call from its result', () => {
    const messages = [
      { role: 'system', content: 'first' },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'system', content: 'now' },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] },
    ];
    const placed = messagesOf(messages);
    expect(placed).toMatchObject([
      { role: 'system', content: 'first' },
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool' },
      { role: 'user', content: [{ text: expect.stringContaining('Operator note') }, { text: 'now' }] },
    ]);
  });
});

describe('parameters', () => {
  test('the translated get their new names, the rest passes, nulls go', () => {
    const body = {
      stop_sequences: ['a'],
      metadata: { user_id: 'u', more: 1 },
      temperature: 0.5,
      top_k: 3,
      top_p: null,
      anything: 1,
      safeguards: {},
      container: 'c',
      stream: true,
    };
    expect(chatOf(body)).toEqual({
      model: 'group',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
      stop: ['a'],
      user: 'u',
      metadata: { user_id: 'u', more: 1 },
      temperature: 0.5,
      top_k: 3,
      anything: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(chatOf({ stream: false, stop_sequences: [], metadata: {}, tools: [], thinking: null })).toEqual({
      model: 'group',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
    });
  });

  test('a session in the user id keys the provider’s cache where there is one', () => {
    const metadata = { user_id: JSON.stringify({ session_id: 's'.repeat(70) }) };
    expect(chatOf({ metadata }, 'openai/gpt-4o')['prompt_cache_key']).toBe('s'.repeat(64));
    expect(chatOf({ metadata, prompt_cache_key: 'own' }, 'openai/gpt-4o')['prompt_cache_key']).toBe('own');
    expect(chatOf({ metadata: { user_id: '{"x"' } }, 'openai/gpt-4o')['prompt_cache_key']).toBeUndefined();
  });

  test.each<[JsonValue, JsonValue | undefined]>([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'any', disable_parallel_tool_use: true }, 'required'],
    [{ type: 'none' }, 'none'],
    [
      { type: 'tool', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    [null, undefined],
  ])('tool choice %j is %j', (choice, expected) => {
    expect(chatOf({ tool_choice: choice })['tool_choice']).toEqual(expected);
  });

  test('a schema is closed on every level', () => {
    const inner = { type: 'object', properties: { c: { type: 'string' } } };
    const schema = { type: 'object', properties: { a: { type: 'array', items: inner }, b: { anyOf: [inner] } }, $defs: { d: inner } };
    const closed = { ...inner, additionalProperties: false, required: ['c'] };
    const format = chatOf({
      output_format: { type: 'json_schema', schema },
      output_config: { format: { type: 'json_schema', schema: {} } },
    });
    expect(format['response_format']).toEqual({
      type: 'json_schema',
      json_schema: {
        name: 'structured_output',
        strict: true,
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['a', 'b'],
          properties: { a: { type: 'array', items: closed }, b: { anyOf: [closed] } },
          $defs: { d: closed },
        },
      },
    });
    expect(chatOf({ output_config: { format: { type: 'text' } } })['response_format']).toBeUndefined();
  });

  test('wrong calls are refused, what needs the provider’s own work is declined', () => {
    const use = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] };
    const clear = { type: 'clear_tool_uses_20250919', keep: { type: 'tool_uses', value: 0 } };
    expect(errorOf({ messages: [] })).toMatchObject({ kind: 'bad-request', path: 'messages' });
    expect(errorOf({ tool_choice: { type: 'maybe' } })).toMatchObject({ kind: 'bad-request', path: 'tool_choice' });
    expect(errorOf({ messages: [use], context_management: { edits: [clear] } })).toMatchObject({
      kind: 'declined',
      path: 'context_management',
    });
    expect(errorOf({ context_management: { edits: [{ type: 'compact_20260112' }] } })).toMatchObject({ kind: 'declined' });
    expect(errorOf({ messages: [{ role: 'user', content: [{ type: 'compaction', content: 'x' }] }] })).toMatchObject({ kind: 'declined' });
    expect(errorOf({ tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'm' }] })).toMatchObject({
      kind: 'declined',
      path: 'tools',
    });
    expect(errorOf({ context_management: { edits: [clear] } })).not.toHaveProperty('context_management');
  });
});

describe('thinking', () => {
  test.each<[JsonObject, string | undefined]>([
    [{ thinking: { type: 'enabled', budget_tokens: 500 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 9999 } }, 'high'],
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ thinking: { type: 'adaptive' } }, 'medium'],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'high'],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 }, output_config: { effort: 'low' } }, 'medium'],
    [{ thinking: { type: 'unheard' } }, undefined],
    [{ output_config: { effort: 'low' } }, undefined],
  ])('%j is effort %s to a model without thinking of that kind', (body, effort) => {
    const chat = chatOf(body);
    expect(chat['reasoning_effort']).toBe(effort);
    expect(chat).not.toHaveProperty('thinking');
    expect(chat).not.toHaveProperty('output_config');
  });

  test('stays as it is for Anthropic’s models, with the effort beside it where the provider takes one', () => {
    const thinking = { type: 'adaptive' };
    const chat = chatOf({ thinking, output_config: { effort: 'low' } }, 'databricks/databricks-claude-sonnet-4-5');
    expect(chat).toMatchObject({ thinking, reasoning_effort: 'low' });
    expect(chatOf({ thinking: { type: 'enabled', budget_tokens: 9 } }, 'openrouter/anthropic/claude-sonnet-4.5')).not.toHaveProperty(
      'reasoning_effort',
    );
  });
});

describe('tools', () => {
  test('become functions; hosted and foreign ones stay; web search is an option', () => {
    const foreign = { googleSearch: {} };
    const hosted = { type: 'bash_20250124', name: 'bash' };
    const schema = { type: 'object', properties: {} };
    const own = { type: 'custom', name: 'f', description: 'd', input_schema: schema, strict: 1, defer_loading: true, cache_control: {} };
    const chat = chatOf({ tools: [own, hosted, foreign, { type: 'web_search_20250305', name: 'web_search' }, { input_schema: schema }] });
    expect(chat['web_search_options']).toEqual({});
    expect(chat['tools']).toEqual([
      { type: 'function', function: { name: 'f', description: 'd', strict: true, parameters: { ...schema, defer_loading: true } } },
      hosted,
      foreign,
      { type: 'function', function: { name: 'litellm_unnamed_tool_3', parameters: schema } },
    ]);
  });

  test('a name too long is shortened the same way everywhere', () => {
    const name = 'a'.repeat(80);
    const messages = [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name, input: {} }] }];
    const chat = chatOf({ tools: [{ name, input_schema: {} }], tool_choice: { type: 'tool', name }, messages });
    const written = JSON.stringify(chat);
    const shown = `${'a'.repeat(55)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
    expect(written).not.toContain(name);
    expect(written.split(shown)).toHaveLength(4);
  });
});

import { describe, expect, test } from 'vitest';
import { deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toChatRequest } from './client-request.ts';

function chatOf(request: JsonObject, wishes: PlanWishes = {}): JsonObject | string {
  const asked = toChatRequest(deepFreeze(request), makePlan('anthropic/claude-sonnet-4-5', { dialect: 'openai-responses', ...wishes }));
  return asked.ok ? asked.value : asked.error.kind;
}

function messagesOf(input: JsonValue, instructions?: string): JsonValue | undefined {
  const chat = chatOf({ input, ...(instructions !== undefined && { instructions }) });
  return typeof chat === 'string' ? chat : chat['messages'];
}

function toolsOf(...tools: readonly JsonObject[]): JsonValue | undefined {
  const chat = chatOf({ input: 'a', tools });
  return typeof chat === 'string' ? chat : chat['tools'];
}

const call = (id: string, more: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name: 'f',
  arguments: '{}',
  ...more,
});
const toolCall = (id: string, name = 'f', args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
  index: 0,
});
const signed = (data: string): JsonObject => ({ type: 'redacted_thinking', data });

const INPUTS: readonly [name: string, input: JsonValue, messages: readonly JsonObject[]][] = [
  ['text', 'a', [{ role: 'user', content: 'a' }]],
  [
    'messages',
    [{ role: 'developer', content: 'a' }, { content: 'b' }],
    [
      { role: 'developer', content: 'a' },
      { role: 'user', content: 'b' },
    ],
  ],
  [
    'parts of every kind',
    [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'input_image', image_url: 'data:x' },
          { type: 'input_file', file_url: 'https://f.test/a.pdf', filename: 'a.pdf' },
          { type: 'input_file', file_id: 'file-1', file_data: 'data:y' },
          { type: 'output_text', text: 'b' },
          { type: 'encrypted_content', encrypted_content: 'c' },
          { type: 'input_text' },
        ],
      },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: 'data:x', detail: 'auto' } },
          { type: 'file', file: { file_id: 'https://f.test/a.pdf', filename: 'a.pdf' } },
          { type: 'file', file: { file_id: 'file-1', file_data: 'data:y' } },
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c' },
        ],
      },
    ],
  ],
  [
    'calls and their results',
    [
      call('1'),
      call('2'),
      { type: 'function_call_output', call_id: '1', output: 'x' },
      { type: 'function_call_output', call_id: '2', output: { y: 1 } },
    ],
    [
      { role: 'assistant', tool_calls: [toolCall('1'), toolCall('2')] },
      { role: 'tool', tool_call_id: '1', content: 'x' },
      { role: 'tool', tool_call_id: '2', content: '{"y": 1}' },
    ],
  ],
  [
    'what was said beside a call',
    [{ role: 'assistant', content: 'a' }, call('1'), { role: 'assistant', content: 'b' }],
    [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
        tool_calls: [toolCall('1')],
      },
    ],
  ],
  [
    'images in a result',
    [
      {
        type: 'function_call_output',
        call_id: '1',
        output: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'data:x' },
        ],
      },
    ],
    [
      {
        role: 'tool',
        tool_call_id: '1',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'data:x' } },
        ],
      },
    ],
  ],
  ['a call in a namespace', [call('1', { namespace: 'n' })], [{ role: 'assistant', tool_calls: [toolCall('1', 'n__f')] }]],
  [
    'a custom call',
    [{ type: 'custom_tool_call', call_id: '1', name: 'f', input: 'x' }],
    [{ role: 'assistant', tool_calls: [toolCall('1', 'f', '{"content": "x"}')] }],
  ],
  [
    'reasoning before its answer',
    [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'r' }], encrypted_content: JSON.stringify([signed('d')]) },
      { role: 'assistant', content: 'a' },
    ],
    [{ role: 'assistant', content: 'a', reasoning_content: 'r', thinking_blocks: [signed('d')] }],
  ],
  [
    'reasoning that only OpenAI can read says nothing here',
    [
      { type: 'reasoning', summary: [], encrypted_content: 'gAAAA' },
      { role: 'assistant', content: 'a' },
    ],
    [{ role: 'assistant', content: 'a' }],
  ],
  [
    'a search that ran',
    [{ type: 'web_search_call', id: 'w', status: 'completed', action: null }],
    [{ role: 'assistant', content: 'Hosted web search: {"id":"w","status":"completed","type":"web_search_call"}' }],
  ],
];

describe('input', () => {
  test.each(INPUTS)('%s', (_, input, messages) => {
    expect(messagesOf(input)).toStrictEqual(messages);
  });

  test.each([[null], [3], [{ role: 'user' }]])('%j is none', (input) => {
    expect(toChatRequest({ model: 'group', input }, makePlan('groq/m', { dialect: 'openai-responses' }))).toMatchObject({
      ok: false,
      error: { kind: 'bad-request', path: 'input' },
    });
  });

  test('instructions come first', () => {
    expect(messagesOf('a', 'be terse')).toStrictEqual([
      { role: 'system', content: 'be terse' },
      { role: 'user', content: 'a' },
    ]);
  });
});

describe('parameters', () => {
  test.each<[JsonObject, JsonObject]>([
    [
      { max_output_tokens: 5, temperature: 0, user: 'u', metadata: { a: 'b' } },
      { max_tokens: 5, temperature: 0, user: 'u', metadata: { a: 'b' } },
    ],
    [{ store: true, include: [], truncation: 'auto', background: false, service_tier: 'flex' }, {}],
    [{ reasoning: { effort: 'low', summary: 'auto' } }, { reasoning_effort: 'low' }],
    [{ reasoning: {}, reasoning_effort: 'low' }, {}],
    [{ reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
    [{ text: { format: { type: 'text' } } }, {}],
    [{ text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } } },
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } } },
    ],
    [{ stream: true }, { stream: true, stream_options: { include_usage: true } }],
    [{ tool_choice: 'required', parallel_tool_calls: false }, {}],
  ])('%j', (given, expected) => {
    expect(chatOf({ input: 'a', ...given })).toStrictEqual({ messages: [{ role: 'user', content: 'a' }], ...expected });
  });

  test.each<[JsonValue, JsonValue]>([
    ['auto', 'auto'],
    [
      { type: 'function', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    [
      { type: 'custom', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    [{ type: 'any' }, 'required'],
    [{ type: 'function' }, 'required'],
    [
      { type: 'allowed_tools', mode: 'auto' },
      { type: 'allowed_tools', mode: 'auto' },
    ],
  ])('tool_choice %j', (choice, expected) => {
    const chat = chatOf({ input: 'a', tools: [{ type: 'function', name: 'f' }], tool_choice: choice, parallel_tool_calls: false });
    expect(chat).toMatchObject({ tool_choice: expected, parallel_tool_calls: false });
  });

  test('a response to go on with: not here, and not a foreign one', () => {
    const ids = { seal: (id: string) => id, open: (id: string) => (id === 'mine' ? id : undefined) };
    expect(chatOf({ input: 'a', previous_response_id: 'mine' }, { ids })).toBe('declined');
    expect(chatOf({ input: 'a', previous_response_id: 'other' }, { ids })).toBe('bad-request');
  });
});

describe('tools', () => {
  const schema = { type: 'object', properties: {} };

  test.each<[string, JsonObject, readonly JsonObject[]]>([
    [
      'a function',
      { type: 'function', name: 'f', parameters: { properties: {} }, strict: null, cache_control: { type: 'ephemeral' } },
      [
        {
          type: 'function',
          function: { name: 'f', description: '', parameters: schema, strict: false },
          cache_control: { type: 'ephemeral' },
        },
      ],
    ],
    [
      'a custom tool',
      { type: 'custom', name: 'f', description: 'd', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
      [
        {
          type: 'function',
          function: {
            name: 'f',
            description: 'd\n\nFormat:\n```lark\nstart: "a"\n```',
            parameters: {
              type: 'object',
              properties: { content: { type: 'string', description: 'The f content following the specified format' } },
              required: ['content'],
            },
          },
        },
      ],
    ],
    [
      'a namespace',
      {
        type: 'namespace',
        name: 'n',
        description: 'all',
        tools: [{ type: 'function', name: 'f', description: 'one', parameters: schema }],
      },
      [{ type: 'function', function: { name: 'n__f', description: 'all\n\none', parameters: schema, strict: false } }],
    ],
    ['a kind that is not known', { type: 'mcp', server_label: 's' }, [{ type: 'mcp', server_label: 's' }]],
  ])('%s', (_, tool, expected) => {
    expect(toolsOf(tool)).toStrictEqual(expected);
  });

  test('those that run at OpenAI are left out; a search is an option of the call', () => {
    const chat = chatOf({ input: 'a', tools: [{ type: 'local_shell' }, { type: 'web_search', search_context_size: 'low' }] });
    expect(chat).toStrictEqual({
      messages: [{ role: 'user', content: 'a' }],
      web_search_options: { search_context_size: 'low', user_location: null },
    });
  });

  test('some come among the input', () => {
    const chat = chatOf({
      input: [
        { type: 'additional_tools', tools: [{ type: 'function', name: 'f' }] },
        { role: 'user', content: 'a' },
      ],
    });
    expect(chat).toMatchObject({ messages: [{ role: 'user', content: 'a' }], tools: [{ function: { name: 'f' } }] });
  });
});

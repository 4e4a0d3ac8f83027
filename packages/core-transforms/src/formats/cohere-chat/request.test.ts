import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';

const USER = { role: 'user', content: 'u' };
const CALLER = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
};
const RESULT = { role: 'tool', tool_call_id: 'c1', content: '{"b":2}' };
const PARAMETERS = { type: 'object', properties: { a: { type: 'string', description: 'd' }, b: {} }, required: ['a'] };

function send(model: string, request: JsonObject, wishes: PlanWishes = {}): Outcome<ProviderRequest> {
  const plan = makePlan(model, wishes);
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  return transform.value.request({ body: toRawObject(deepFreeze(request)), headers: {} }, plan, AMBIENT);
}

function bodyOf(model: string, request: JsonObject): JsonObject {
  const outcome = send(model, request);
  if (!outcome.ok || typeof outcome.value.body !== 'string') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.value.body);
}

test.each([
  ['cohere_chat/command-a', {}, 'https://api.cohere.com/v2/chat'],
  ['cohere/v2/command-a', {}, 'https://api.cohere.com/v2/chat'],
  ['cohere_chat/v1/command-r', {}, 'https://api.cohere.ai/v1/chat'],
  ['cohere_chat/command-a', { apiBase: 'http://host/v2/chat' }, 'http://host/v2/chat'],
])('%s is called where it lives', (model, wishes, url) => {
  expect(send(model, { messages: [USER] }, wishes)).toMatchObject({ ok: true, value: { url } });
});

test('the second version has other names for parameters', () => {
  const request = {
    n: 2,
    top_p: 0.5,
    stop: ['x'],
    max_completion_tokens: 3,
    max_tokens: 9,
    tool_choice: 'required',
    tools: [{ type: 'function' }],
  };
  expect(bodyOf('cohere/v2/command-a', { messages: [USER], ...request, documents: ['d'] })).toStrictEqual({
    model: 'command-a',
    messages: [USER],
    stream: false,
    num_generations: 2,
    p: 0.5,
    stop_sequences: ['x'],
    max_tokens: 3,
    tools: [{ type: 'function' }],
    documents: ['d'],
  });
});

const CONVERSATIONS: readonly [string, readonly JsonObject[], JsonObject][] = [
  ['one message', [USER], { message: 'u' }],
  [
    'parts',
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      },
    ],
    { message: 'a' },
  ],
  [
    'turns, neighbours joined',
    [{ role: 'system', content: 's' }, USER, USER, { role: 'assistant', content: 'a' }, { role: 'user', content: 'last' }],
    {
      message: 'last',
      chat_history: [
        { role: 'SYSTEM', message: 's' },
        { role: 'USER', message: 'uu' },
        { role: 'CHATBOT', message: 'a', tool_calls: [] },
      ],
    },
  ],
  [
    'results of tools',
    [USER, CALLER, RESULT, { ...RESULT, content: 'plain' }],
    {
      tool_results: [
        { call: { name: 'f', parameters: { a: 1 } }, outputs: [{ b: 2 }] },
        { call: { name: 'f', parameters: { a: 1 } }, outputs: [{ result: 'plain' }] },
      ],
      chat_history: [{ role: 'USER', message: 'u' }],
      force_single_step: true,
    },
  ],
  [
    'results amid a conversation, and calls beside words',
    [USER, { ...CALLER, content: 'w' }, { ...RESULT, content: '' }, USER],
    {
      message: 'u',
      chat_history: [
        { role: 'USER', message: 'u' },
        { role: 'CHATBOT', message: 'w', tool_calls: [{ name: 'f', parameters: { a: 1 } }] },
        { role: 'TOOL', tool_results: [{ call: { name: 'f', parameters: { a: 1 } }, outputs: [{}] }] },
      ],
    },
  ],
  [
    'a function of old',
    [USER, { role: 'function', name: 'g', content: 'r' }],
    {
      tool_results: [{ call: { name: 'g', parameters: {} }, outputs: [{ result: 'r' }] }],
      chat_history: [{ role: 'USER', message: 'u' }],
      force_single_step: true,
    },
  ],
];

test.each(CONVERSATIONS)('the first version: %s', (_name, messages, body) => {
  expect(bodyOf('cohere_chat/v1/command-r', { messages: [...messages] })).toStrictEqual({ stream: false, ...body });
});

test('the first version has tools of its own', () => {
  const tools = [
    { type: 'function', function: { name: 'f', description: 'd', parameters: PARAMETERS } },
    { type: 'function', function: { name: 'g' } },
  ];
  expect(bodyOf('cohere_chat/v1/command-r', { messages: [USER], tools })['tools']).toStrictEqual([
    {
      name: 'f',
      description: 'd',
      parameter_definitions: {
        a: { description: 'd', type: 'string', required: true },
        b: { description: '', type: '', required: false },
      },
    },
    { name: 'g', description: '', parameter_definitions: {} },
  ]);
});

test.each([
  ['command-a', { messages: [USER], response_format: { type: 'json_object' } }, 'unsupported-params'],
  ['v1/command-r', { messages: [USER], reasoning_effort: 'low' }, 'unsupported-params'],
  ['v1/command-r', { messages: [] }, 'bad-request'],
  ['v1/command-r', { messages: [{ role: 'x', content: '' }, USER] }, 'bad-request'],
  ['v1/command-r', { messages: [USER], tools: [{}] }, 'bad-request'],
])('%s refuses %o', (model, request, kind) => {
  expect(send(`cohere_chat/${model}`, request)).toMatchObject({ ok: false, error: { kind } });
});

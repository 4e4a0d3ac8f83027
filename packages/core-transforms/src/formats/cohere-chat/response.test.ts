import { expect, test } from 'vitest';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { cohereChatFormat } from './format.ts';

const SECOND = 'cohere_chat/command-a';
const FIRST = 'cohere_chat/v1/command-r';
const COUNTS = { input_tokens: 2, output_tokens: 3 };
const USAGE = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };
const CALL = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
const DOCUMENT = { type: 'document', id: 'd1', document: { title: 't' } };

function respond(model: string, body: JsonObject | string): ReturnType<typeof cohereChatFormat.response> {
  const answer = { status: 200, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
  return cohereChatFormat.response(answer, makePlan(model), AMBIENT, {});
}

const ANSWERS: readonly [string, string, JsonObject, JsonObject, JsonObject][] = [
  [
    'text without thinking',
    SECOND,
    {
      finish_reason: 'MAX_TOKENS',
      message: {
        content: [
          { type: 'thinking', thinking: 'x' },
          { type: 'text', text: 'a' },
        ],
      },
      usage: { tokens: COUNTS },
    },
    { content: 'a' },
    { usage: USAGE },
  ],
  [
    'calls',
    SECOND,
    { message: { tool_plan: 'p', content: [], tool_calls: [CALL] } },
    { content: null, tool_calls: [{ ...CALL, index: 0 }] },
    {},
  ],
  [
    'citations',
    SECOND,
    {
      message: {
        content: 'a',
        citations: [{ start: 1, end: 2, sources: [DOCUMENT, { type: 'tool', id: 'x' }, { ...DOCUMENT, url: 'u' }] }],
      },
    },
    {
      content: 'a',
      annotations: [
        { type: 'url_citation', url_citation: { start_index: 1, end_index: 2, title: 't', url: 'source:d1' } },
        { type: 'url_citation', url_citation: { start_index: 1, end_index: 2, title: 't', url: 'u' } },
      ],
    },
    {},
  ],
  [
    'the first version',
    FIRST,
    { text: 'a', citations: [1], meta: { billed_units: COUNTS } },
    { content: 'a' },
    { usage: USAGE, citations: [1] },
  ],
  [
    'its calls',
    FIRST,
    { text: 'a', tool_calls: [{ name: 'f', parameters: { a: 1 } }, { name: 'g' }] },
    {
      content: null,
      tool_calls: [
        { id: 'call_', type: 'function', function: { name: 'f', arguments: '{"a": 1}' } },
        { id: 'call_1', type: 'function', function: { name: 'g', arguments: '{}' } },
      ],
    },
    {},
  ],
];

test.each(ANSWERS)('a whole answer: %s', (_name, model, body, message, more) => {
  expect(respond(model, body)).toMatchObject({
    ok: true,
    value: {
      id: `chatcmpl-${AMBIENT.callId}`,
      object: 'chat.completion',
      created: AMBIENT.nowSeconds,
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
      ...more,
    },
  });
});

test.each([
  [SECOND, '', 'bad-upstream'],
  [SECOND, '{}', 'bad-upstream'],
  [SECOND, 'null', 'bad-upstream'],
  [SECOND, '{"message":"no"}', 'upstream-refused'],
  [FIRST, '{}', 'bad-upstream'],
])('%s: not an answer: %s', (model, body, kind) => {
  expect(respond(model, body)).toMatchObject({ ok: false, error: { kind } });
});

test.each([
  [400, 'no', { message: '{"message":"no"}', shown: { className: 'BadRequestError' } }],
  [400, 'too many tokens: 7', { reason: 'context-window', shown: { className: 'ContextWindowExceededError' } }],
  [403, 'invalid api token', { status: 403, shown: { className: 'AuthenticationError' } }],
  [502, 'Internal server error.', { shown: { status: 500 } }],
])('a refusal with %i: %s', (status, words, error) => {
  const body = JSON.stringify({ message: words });
  expect(cohereChatFormat.error({ status, headers: {}, body }, makePlan(SECOND))).toMatchObject({ kind: 'upstream-refused', ...error });
});

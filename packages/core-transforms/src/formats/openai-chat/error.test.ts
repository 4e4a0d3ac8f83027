import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import { isErrorBody, toErrorInAnswer, toErrorInStream, toUpstreamError } from './error.ts';

function refuse(status: number, body: string, provider = 'openai'): ReturnType<typeof toUpstreamError> {
  return toUpstreamError({ status, headers: {}, body }, makePlan(`${provider}/m`));
}

function said(error: object): string {
  return JSON.stringify({ error });
}

const CASES: readonly [string, number, string, object, string?][] = [
  ['the provider’s sentence', 500, said({ message: 'Down.' }), { status: 500, message: 'Down.' }],
  ['its body, where the row says so', 500, said({ message: 'Down.' }), { message: said({ message: 'Down.' }) }, 'groq'],
  ['an empty body', 500, '', { message: 'Error code: 500' }],
  ['a page', 502, '<html>', { message: 'Error code: 502 - <html>' }],
  ['a string for an error', 400, '{"error":"Bad."}', { message: 'Bad.' }],
  ['a bare message', 400, '{"message":"Bad."}', { message: 'Bad.' }],
  ['param of a bad request', 400, said({ message: 'Bad.', param: 'n', type: 'invalid_request_error' }), { param: 'n' }],
  [
    'no param from a body that is shown whole',
    400,
    said({ message: 'Bad.', param: 'n' }),
    { shown: { className: 'BadRequestError' } },
    'groq',
  ],
  [
    'words before status: a wrong key',
    401,
    said({ message: 'No.', type: 'invalid_request_error' }),
    { shown: { className: 'BadRequestError' } },
  ],
  [
    'status before words: too many',
    429,
    said({ message: 'No.', type: 'invalid_request_error' }),
    { shown: { className: 'RateLimitError', status: 429 } },
  ],
  [
    'words before status: an unknown model',
    404,
    said({ type: 'invalid_request_error', code: 'model_not_found' }),
    { shown: { className: 'NotFoundError' } },
  ],
  [
    'words before status: a rate limit',
    403,
    said({ message: 'Rate limit reached' }),
    { shown: { className: 'RateLimitError', status: 429 } },
  ],
  ['words before status: a timeout', 500, said({ message: 'Request timed out.' }), { shown: { className: 'Timeout', status: 408 } }],
  [
    'Azure’s own server’s fault, which has no class of its own',
    500,
    said({ message: 'Down.' }),
    { shown: { className: 'APIError' } },
    'azure',
  ],
  ['but by its words', 500, said({ message: 'Internal server error' }), { shown: { className: 'InternalServerError' } }, 'azure'],
  ['too long a prompt', 400, said({ message: "This model's maximum context length is 5 tokens" }), { reason: 'context-window' }],
  ['the same in two parts', 400, said({ message: 'The maximum input length is 5 tokens' }), { reason: 'context-window' }],
  [
    'too long a user is none',
    400,
    said({ message: "Invalid 'user': string too long. Expected a string with maximum length 64" }),
    { reason: 'other' },
  ],
  ['refused for its content', 400, said({ code: 'content_policy_violation' }), { reason: 'content-policy' }],
];

test.each(CASES)('%s', (_name, status, body, expected, provider) => {
  const error = refuse(status, body, provider);
  expect(error).toMatchObject({ kind: 'upstream-refused', status, ...expected });
  if (!('param' in expected)) expect(error).not.toHaveProperty('param');
});

test('too long a prompt keeps the status that it came with', () => {
  const message = '`inputs` tokens + `max_new_tokens` must be <= 5';
  expect(refuse(422, said({ message }), 'databricks')).toMatchObject({ reason: 'context-window', status: 422, shown: {} });
  expect(refuse(422, said({ message }), 'databricks')).not.toHaveProperty('shown.status');
  expect(refuse(422, said({ message: 'x' }), 'databricks')).toHaveProperty('shown.status', 400);
});

test('an error object is none beside an answer, unless it says something', () => {
  expect(isErrorBody({ error: { message: 'x' }, choices: [] })).toBe(true);
  expect(isErrorBody({ error: { message: '', code: null }, choices: [] })).toBe(false);
  expect(isErrorBody({ error: {} })).toBe(true);
  expect(isErrorBody({ error: '' })).toBe(false);
  expect(isErrorBody({ object: 'error', message: 'x' })).toBe(true);
  expect(isErrorBody({ choices: [] })).toBe(false);
});

test('the code of an error inside an answer is its status when it can be one', () => {
  const plan = makePlan('openai/m');
  expect(toErrorInAnswer({ error: { message: 'x', code: 429 } }, plan)).toMatchObject({ status: 429, message: 'x' });
  expect(toErrorInAnswer({ error: { message: 'x', code: 7 } }, plan)).toMatchObject({ status: 500 });
  expect(toErrorInStream({ error: { message: 'x' } }, plan, true)).toMatchObject({ shown: { type: null } });
  expect(toErrorInStream({ error: { message: 'x' } }, plan, false)).not.toHaveProperty('shown');
});

test('a rate limit amid a stream is one, whichever the provider', () => {
  const event = { error: { message: 'slow', code: 429 } };
  for (const model of ['openai/gpt-4o', 'deepseek/deepseek-chat', 'databricks/m'])
    expect(toErrorInStream(event, makePlan(model), true)).toMatchObject({ status: 429, kind: 'upstream-refused' });
});

test("amid a stream of Databricks every other error is the client's, as in the reference", () => {
  const plan = makePlan('databricks/m');
  const event = { error_code: 'INTERNAL', message: 'x' };
  expect(isErrorBody(event)).toBe(true);
  expect(toErrorInStream(event, plan, true)).toMatchObject({ status: 500, message: 'x', shown: { status: 400, type: null } });
  expect(toErrorInStream(event, plan, false)).not.toHaveProperty('shown');
});

test('an event that says that the prompt is too long is known as such', () => {
  const event = { error: { message: "This model's maximum context length is 10 tokens" } };
  expect(toErrorInStream(event, makePlan('openai/gpt-4o'), true)).toMatchObject({
    reason: 'context-window',
    shown: { status: 400, type: null },
  });
  expect(toErrorInStream(event, makePlan('deepseek/deepseek-chat'), true)).toMatchObject({ shown: { status: 500, type: null } });
});

test.each([
  ['openai/gpt-4o', 409, 'APIError'],
  ['groq/m', 403, 'APIError'],
  ['groq/m', 404, undefined],
  ['cohere_chat/m', 403, undefined],
  ['databricks/m', 413, undefined],
  ['openrouter/a/b', 500, 'APIError'],
  ['huggingface/a/b', 422, 'APIError'],
])('the class of a refusal of %s with status %i', (model, status, className) => {
  const error = toUpstreamError({ status, headers: {}, body: '{"error":{"message":"x"}}' }, makePlan(model));
  expect(error.kind === 'upstream-refused' ? error.shown?.className : error.kind).toBe(className);
});

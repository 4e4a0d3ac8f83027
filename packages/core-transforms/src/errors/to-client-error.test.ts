import { expect, test } from 'vitest';
import { toClientError } from './to-client-error.ts';
import type { TransformError } from './transform-error.ts';

const CLOSING = "\n\nLiteLLM: model group 'group' failed with the error above. No fallback was attempted.";

function refused(more: Partial<Extract<TransformError, { kind: 'upstream-refused' }>>): TransformError {
  return { kind: 'upstream-refused', provider: 'openai', status: 400, message: 'no', reason: 'other', ...more };
}

const CASES: readonly [string, TransformError, object][] = [
  [
    'a bad body names the member',
    { kind: 'bad-request', path: 'messages', message: 'm' },
    { status: 400, type: 'invalid_request_error', param: 'messages', code: '400', message: 'm' },
  ],
  ['a bad body as a whole names none', { kind: 'bad-request', path: '', message: 'm' }, { param: null }],
  [
    'declined is a 400',
    { kind: 'declined', path: 'tools', reason: 'r' },
    { status: 400, message: `litellm.BadRequestError: tools: r${CLOSING}` },
  ],
  [
    'unsupported parameters',
    { kind: 'unsupported-params', provider: 'groq', model: 'm', params: ['n', 'user'] },
    { status: 400, message: expect.stringContaining("groq does not support parameters: ['n', 'user'], for model=m.") },
  ],
  ['400', refused({}), { status: 400, message: `litellm.BadRequestError: OpenAIException - no${CLOSING}` }],
  ['401', refused({ status: 401 }), { status: 401, type: 'authentication_error', code: '401' }],
  ['403', refused({ status: 403 }), { status: 403, type: 'permission_error' }],
  ['429', refused({ status: 429 }), { status: 429, type: 'throttling_error' }],
  [
    '503',
    refused({ status: 503 }),
    { status: 503, type: 'internal_server_error', message: expect.stringContaining('ServiceUnavailableError') },
  ],
  ['529', refused({ status: 529 }), { status: 529, message: expect.stringContaining('litellm.APIError') }],
  ['shown as another', refused({ status: 529, shown: { status: 500 } }), { status: 500, code: '500' }],
  ['param is handed on', refused({ param: 'temperature' }), { param: 'temperature' }],
  ['too long a prompt', refused({ reason: 'context-window' }), { message: expect.stringContaining('ContextWindowExceededError') }],
  ['an error event of a stream has no type', refused({ status: 500, shown: { type: null } }), { status: 500, type: null }],
  [
    'an unusable answer',
    { kind: 'bad-upstream', provider: 'nobody', message: 'm' },
    { status: 502, message: expect.stringContaining('NobodyException - m') },
  ],
  ['a stream that was cut', { kind: 'stream-cut', provider: 'openai', phase: 'answering' }, { status: 502, type: 'internal_server_error' }],
];

test.each(CASES)('%s', (_name, error, expected) => {
  expect(toClientError(error, 'group')).toMatchObject(expected);
});

import { expect, test } from 'vitest';
import { findUnsafe } from './guard-request.ts';

const URL_OF_A_PROVIDER = 'https://provider.test/v1/chat';

test.each([
  [{ 'content-type': 'application/json', authorization: 'Bearer k' }],
  [{ 'x-tab': 'a\tb' }],
  [{ 'x-latin': 'café' }],
  [{ 'x-empty': '' }],
])('headers that may be sent: %j', (headers) => {
  expect(findUnsafe({ url: URL_OF_A_PROVIDER, headers })).toBeUndefined();
});

test.each([
  [{ 'x-a': 'a\nb: c' }, 'header x-a holds a line break or a NUL'],
  [{ 'x-a': 'a\rb' }, 'header x-a holds a line break or a NUL'],
  [{ 'x-a': 'a\0b' }, 'header x-a holds a line break or a NUL'],
  [{ 'x a': 'b' }, 'a header has a name that is none'],
  [{ 'x:a': 'b' }, 'a header has a name that is none'],
  [{ '': 'b' }, 'a header has a name that is none'],
])('headers that may not: %j', (headers, why) => {
  expect(findUnsafe({ url: URL_OF_A_PROVIDER, headers })).toBe(why);
});

test.each(['', '/', '/v1/chat', '/v1/models/a.b..c', '/v1/...', '/v1/%2fb', '/v1/a?q=../b', '/v1/models/gemini:stream?alt=sse'])(
  'a path that may be asked for: %j',
  (path) => {
    expect(findUnsafe({ url: `https://provider.test${path}`, headers: {} })).toBeUndefined();
  },
);

test.each([
  '/v1/../admin',
  '/v1/%2e%2e/admin',
  '/v1/%2E./admin',
  '/v1/..',
  '/v1/.',
  '/./v1',
  '/v1/a\\b',
  '/v1/a b',
  '/v1/a\tb',
  '/a\u007f',
])('a path that may not: %j', (path) => {
  expect(findUnsafe({ url: `https://provider.test${path}`, headers: {} })).toBe('the path could leave its base');
});

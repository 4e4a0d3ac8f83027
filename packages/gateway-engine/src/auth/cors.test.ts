import { expect, test } from 'vitest';
import { answerPreflight, corsHeaders } from './cors.ts';

const ALL = { origins: ['*'], credentials: false };
const ONE = { origins: ['https://a.test'], credentials: true };

test('who is no browser is told nothing', () => {
  expect(corsHeaders(ALL, undefined)).toBeUndefined();
});

test('everybody may read, without credentials', () => {
  expect(corsHeaders(ALL, 'https://b.test')).toMatchObject({ 'access-control-allow-origin': '*' });
  expect(corsHeaders(ALL, 'https://b.test')).not.toHaveProperty('access-control-allow-credentials');
});

test('everybody with credentials is named one by one', () => {
  expect(corsHeaders({ origins: ['*'], credentials: true }, 'https://b.test')).toMatchObject({
    'access-control-allow-origin': 'https://b.test',
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  });
});

test('only who is listed may read', () => {
  expect(corsHeaders(ONE, 'https://a.test')).toMatchObject({ 'access-control-allow-origin': 'https://a.test' });
  expect(corsHeaders(ONE, 'https://b.test')).not.toHaveProperty('access-control-allow-origin');
});

function ask(rules: typeof ALL, headers: Readonly<Record<string, string>>): ReturnType<typeof answerPreflight> {
  return answerPreflight(rules, 'OPTIONS', (name) => headers[name]);
}

test('a preflight is answered on any path, a plain OPTIONS is not one', () => {
  expect(ask(ALL, { origin: 'https://b.test' })).toBeUndefined();
  expect(
    ask(ALL, { origin: 'https://b.test', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-one' }),
  ).toMatchObject({ status: 200, body: 'OK', headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'x-one' } });
  expect(ask(ONE, { origin: 'https://b.test', 'access-control-request-method': 'BREW' })).toMatchObject({
    status: 400,
    body: 'Disallowed CORS origin, method',
  });
});

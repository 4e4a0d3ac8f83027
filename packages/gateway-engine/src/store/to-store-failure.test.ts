import { expect, test } from 'vitest';
import { isFromDatabase, toStoreFailure } from './to-store-failure.ts';

function thrown(members: object): Error {
  const cause = Object.assign(new Error('the server said so'), members);
  return Object.assign(new Error('Failed query: select 1 params: a secret'), { cause });
}

test.each([
  [{ code: 'ECONNREFUSED' }, 'down'],
  [{ code: 'CONNECT_TIMEOUT' }, 'down'],
  [{ code: 'CONNECTION_CLOSED' }, 'down'],
  [{ code: '57P01' }, 'down'],
  [{ code: '57P03' }, 'down'],
  [{ code: '53300' }, 'down'],
  [{ code: '25006' }, 'down'],
  [{ code: '08006' }, 'down'],
  [{ code: '57014' }, 'hung'],
  [{ code: '23505', constraint_name: 'a_key' }, 'refused'],
  [{ code: '42P01' }, 'refused'],
  [{ code: '28P01' }, 'refused'],
])('%j is %s', (members, kind) => {
  const failure = toStoreFailure(thrown(members));
  expect(failure.kind).toBe(kind);
  expect(failure.message).not.toContain('a secret');
});

test('a refusal says its code and what was hurt', () => {
  expect(toStoreFailure(thrown({ code: '23505', constraint_name: 'a_key' }))).toMatchObject({ code: '23505', constraint: 'a_key' });
});

test('a value that does not fit is not quoted', () => {
  const cause = Object.assign(new Error('invalid input syntax for type integer: "a secret"'), { code: '22P02' });
  expect(toStoreFailure(cause)).toStrictEqual({ kind: 'refused', message: '22P02: a value does not fit', code: '22P02' });
});

test('a bug in a query is none of the database', () => {
  expect(isFromDatabase(new TypeError('x is not a function'))).toBe(false);
  expect(isFromDatabase(thrown({ code: '23505' }))).toBe(true);
});

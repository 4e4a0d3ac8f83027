import { expect, test } from 'vitest';
import { caller } from '../../test/make-caller.ts';
import { findUnsaid } from './enforced-params.ts';

test.each<[object, readonly string[], string | undefined]>([
  [{ user: null }, ['user'], undefined],
  [{}, ['user'], 'user'],
  [{ metadata: { a: 1 } }, ['metadata.a'], undefined],
  [{ metadata: { b: 1 } }, ['metadata.a'], 'metadata.a'],
  [{ metadata: 'text' }, ['metadata.a'], 'metadata.a'],
  [{}, ['metadata.a'], 'metadata.a'],
  [{}, ['a.b.c'], undefined],
  [{}, ['constructor', 'toString'], 'constructor'],
  [{ metadata: {} }, ['metadata.constructor'], 'metadata.constructor'],
])('%j asked for %j lacks %j', (body, names, missing) => {
  expect(findUnsaid(body as never, { enforcedParams: names }, undefined)).toBe(missing);
});

test('a key may ask for more', () => {
  const asking = caller({}, { metadata: { enforced_params: ['user', 7] } });
  expect(findUnsaid({}, {}, asking)).toBe('user');
  expect(findUnsaid({ user: 'x' }, { enforcedParams: ['seed'] }, asking)).toBe('seed');
  expect(findUnsaid({}, {}, caller())).toBeUndefined();
});

test('of service accounts more may be asked, of nobody else', () => {
  const rules = { enforcedParams: ['seed'], serviceAccountParams: ['user'] };
  const robot = caller({}, { metadata: { service_account_id: null } });
  expect(findUnsaid({ seed: 1 }, rules, robot)).toBe('user');
  expect(findUnsaid({ seed: 1, user: 'x' }, rules, robot)).toBeUndefined();
  expect(findUnsaid({ seed: 1 }, rules, caller())).toBeUndefined();
  expect(findUnsaid({ seed: 1 }, rules, undefined)).toBeUndefined();
});

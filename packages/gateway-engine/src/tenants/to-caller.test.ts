import { expect, test } from 'vitest';
import { keyRows } from '../../test/make-rows.ts';
import { toCaller } from './to-caller.ts';

test.each<[string, string | null, string]>([
  ['one there is', 'proxy_admin', 'proxy_admin'],
  ['one that nobody knows', 'app_owner', 'internal_user'],
  ['the name of a member of every object', 'constructor', 'internal_user'],
  ['another spelling', 'PROXY_ADMIN', 'internal_user'],
  ['none', null, 'internal_user'],
])('a role in a user’s row: %s', (_, user_role, role) => {
  const { rows } = keyRows({ token: { user_id: 'u' }, user: { user_id: 'u', user_role } }, 'hash');
  expect(toCaller(rows, { nowMs: 0, acceptsUnenforced: false }).role).toBe(role);
});

test('a key without a user has no role, and a team without a row is lost', () => {
  const { rows } = keyRows({ token: { team_id: 'gone' } }, 'hash');
  const { role, grants } = toCaller(rows, { nowMs: 0, acceptsUnenforced: false });
  expect([role, grants?.team?.lost]).toStrictEqual([undefined, true]);
});

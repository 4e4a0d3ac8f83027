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

const NOON_MS = Date.parse('2030-01-01T12:00:00Z');
const EARLIER = '2030-01-01T11:59:59';
const LATER = '2030-01-01T12:00:01';

test.each<[string, Record<string, unknown>, number | null, number | undefined]>([
  ['that has not ended', { temp_budget_increase: 5, temp_budget_expiry: `${LATER}Z` }, 10, 15],
  ['that has ended', { temp_budget_increase: 5, temp_budget_expiry: `${EARLIER}Z` }, 10, 10],
  ['whose end cannot be read', { temp_budget_increase: 5, temp_budget_expiry: 'soon' }, 10, 10],
  ['without an end', { temp_budget_increase: 5 }, 10, 10],
  ['that is no number', { temp_budget_increase: '5', temp_budget_expiry: `${LATER}Z` }, 10, 10],
  ['of no limit', { temp_budget_increase: 5, temp_budget_expiry: `${LATER}Z` }, null, undefined],
])('a temporary increase of a key’s budget %s', (_, metadata, max_budget, most) => {
  const { rows } = keyRows({ token: { max_budget, metadata } }, 'hash');
  expect(toCaller(rows, { nowMs: NOON_MS, acceptsUnenforced: false }).grants?.budget.max).toBe(most);
});

test.each<[string, string | undefined, number]>([
  ['that has not ended', LATER, 15],
  ['that has ended', EARLIER, 10],
  ['without an end', undefined, 10],
])('a temporary increase of a member’s budget %s', (_, temp_budget_expiry, most) => {
  const membership_budget = { max_budget: 10, temp_budget_increase: 5, temp_budget_expiry };
  const { rows } = keyRows({ token: { team_id: 't', user_id: 'u' }, team: {}, user: {}, membership: {}, membership_budget }, 'hash');
  expect(toCaller(rows, { nowMs: NOON_MS, acceptsUnenforced: false }).grants?.team?.member?.budget.max).toBe(most);
});

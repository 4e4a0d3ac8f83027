import { expect, test } from 'vitest';
import { keyRows, type SparseRows } from '../../test/make-rows.ts';
import { toRates } from './to-rates.ts';

const LIMITS = { rpm_limit: 1, tpm_limit: 2, max_parallel_requests: 3 };
const KEPT = { requests: 1, tokens: 2, parallel: 3 };

test.each<[string, SparseRows, object]>([
  ['a key', { token: LIMITS }, { scope: 'api_key', id: 'key' }],
  ['a key’s budget', { token: {}, budget: LIMITS }, { scope: 'api_key', id: 'key' }],
  ['a user', { token: {}, user: LIMITS }, { scope: 'user', id: 'u' }],
  ['a team', { token: {}, team: LIMITS }, { scope: 'team', id: 't' }],
  ['a member', { token: { team_id: 't', user_id: 'u' }, membership_budget: LIMITS }, { scope: 'team_member', id: 't:u' }],
  ['a project', { token: {}, project: {}, project_budget: LIMITS }, { scope: 'project', id: 'p' }],
  ['an organisation', { token: {}, organization: {}, organization_budget: LIMITS }, { scope: 'organization', id: 'o' }],
])('every limit of %s is held', (_, rows, whose) => {
  const { own = [], others = [] } = toRates(keyRows(rows, 'key').rows) ?? {};
  expect([...own, ...others]).toStrictEqual([{ ...whose, ...KEPT }]);
});

test('a project’s limits by model', () => {
  const rows = { token: {}, project: { model_rpm_limit: { chat: 1 }, model_tpm_limit: {} } };
  expect(toRates(keyRows(rows, 'key').rows)?.byModel).toStrictEqual([
    { scope: 'model_per_project', id: 'p', requests: { chat: 1 }, tokens: {} },
  ]);
});

test('a key that nobody limits costs nothing', () => {
  expect(toRates(keyRows({ token: { team_id: 't', user_id: 'u' }, team: {}, user: {}, membership: {} }, 'key').rows)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { parseConfig } from '../../config/index.ts';
import { withInternalBudget, withUserDefaults } from './user-defaults.ts';

function configOf(settings: string): Parameters<typeof withInternalBudget>[0]['config'] {
  const read = parseConfig(`model_list: []\nlitellm_settings: ${settings}\n`, { env: {} });
  if (!read.ok) throw new Error('no configuration');
  expect(read.config.missing).toStrictEqual([]);
  return read.config;
}

const BUDGET = '{ max_internal_user_budget: 3, internal_user_budget_duration: 7d }';

test.each([
  ['an internal user has the budget of internal users', BUDGET, { user_role: 'internal_user' }, { max_budget: 3, budget_duration: '7d' }],
  ['his own comes first', BUDGET, { user_role: 'internal_user', max_budget: 9 }, { max_budget: 9, budget_duration: '7d' }],
  ['nobody else has it', BUDGET, { user_role: 'internal_user_viewer' }, {}],
  ['the default stands in for it', '{ default_max_internal_user_budget: 4 }', { user_role: 'internal_user' }, { max_budget: 4 }],
  [
    'it does not take the place of the default',
    '{ default_max_internal_user_budget: 4, max_internal_user_budget: 2 }',
    { user_role: 'internal_user' },
    { max_budget: 2 },
  ],
])('%s', (_name, settings, fields, added) => {
  expect(withInternalBudget({ config: configOf(settings) }, fields)).toStrictEqual({ ...fields, ...added });
});

test('what new users begin with comes before it', () => {
  const config = configOf('{ max_internal_user_budget: 3, default_internal_user_params: { max_budget: 1, user_role: internal_user } }');
  const made = withUserDefaults({ config } as Parameters<typeof withUserDefaults>[0], {});
  expect(made).toStrictEqual({ max_budget: 1, user_role: 'internal_user' });
});

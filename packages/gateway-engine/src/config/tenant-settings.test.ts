import { expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';

const read = (settings: object): ReturnType<typeof parseConfig> =>
  parseConfig({ general_settings: { master_key: 'sk-of-a-test-that-is-long' }, litellm_settings: settings }, { env: {} });

test('bounds of keys are a guard that is built: nothing is missing', () => {
  const outcome = read({ upperbound_key_generate_params: { max_budget: 5, duration: '30d' }, default_team_settings: [{ max_budget: 3 }] });
  expect(outcome).toMatchObject({
    ok: true,
    config: { missing: [], tenants: { keyBounds: { max_budget: 5, duration: '30d' }, teamDefaults: { max_budget: 3 } } },
  });
});

test.each([
  ['a bound that nobody knows', { upperbound_key_generate_params: { max_budgte: 5 } }, /upperbound_key_generate_params/u],
  ['a bound that is no number', { upperbound_key_generate_params: { max_budget: 'much' } }, /max_budget/u],
  ['a duration that is none', { upperbound_key_generate_params: { duration: 'a while' } }, /duration/u],
  ['a rule that nobody knows', { key_generation_settings: { personal_key_generation: { allowed: ['x'] } } }, /personal_key_generation/u],
  ['a pattern that is none', { key_alias_pattern: '([' }, /key_alias_pattern/u],
  ['defaults that are no mapping', { default_key_generate_params: ['x'] }, /default_key_generate_params/u],
])('%s stops the start', (_what, settings, path) => {
  const outcome = read(settings);
  expect(outcome.ok).toBe(false);
  if (!outcome.ok) expect(outcome.issues).toMatchObject([{ path: expect.stringMatching(path) }]);
});

test('what teams say of themselves is offered as it stands, each once', () => {
  const fieldsOf = (team_metadata_schema: unknown): unknown => {
    const outcome = parseConfig({ general_settings: { master_key: 'sk-of-a-test-that-is-long', team_metadata_schema } }, { env: {} });
    return outcome.ok ? [outcome.config.tenants.teamMetadata, outcome.warnings] : 'wrong';
  };
  expect(fieldsOf([{ key: 'cost_center', label: 'Cost center' }, { key: 'owner' }])).toStrictEqual([
    [
      { key: 'cost_center', label: 'Cost center' },
      { key: 'owner', label: null },
    ],
    [],
  ]);
  expect(fieldsOf(null)).toStrictEqual([[], []]);
  expect([[{ key: 'a' }, { key: 'a' }], [{ key: '' }], [{ key: 'a', required: true }], { key: 'a' }].map(fieldsOf)).toStrictEqual(
    Array.from({ length: 4 }, () => 'wrong'),
  );
});

test('changes are written down where the file says so, or else the environment', () => {
  const isAudited = (store_audit_logs: unknown, variable?: string): unknown => {
    const outcome = parseConfig(
      { general_settings: { master_key: 'sk-of-a-test-that-is-long' }, litellm_settings: { store_audit_logs } },
      { env: { LITELLM_STORE_AUDIT_LOGS: variable } },
    );
    return outcome.ok ? [outcome.config.tenants.isAudited, outcome.warnings] : 'wrong';
  };
  expect([isAudited(true), isAudited(null, 'True')]).toStrictEqual([
    [true, []],
    [true, []],
  ]);
  expect([isAudited(null), isAudited(false, 'true')]).toStrictEqual([
    [false, []],
    [false, []],
  ]);
});

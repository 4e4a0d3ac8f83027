import { expect, test } from 'vitest';
import { formatIssue, parseConfig, type LoadedConfig } from './index.ts';

const ROW = (more: string): string =>
  `model_list: [{ model_name: a, litellm_params: { model: openai/x, api_key: k${more} }, model_info: { id: d } }]\n`;

function parse(text: string): ReturnType<typeof parseConfig> {
  return parseConfig(text, { env: {} });
}

function parsed(text: string): LoadedConfig {
  const outcome = parse(text);
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  return outcome.config;
}

test('budgets of providers, tags and deployments are kept under the reference’s names', () => {
  const config = parsed(`${ROW(', max_budget: 5, budget_duration: 7d')}
router_settings: { provider_budget_config: { openai: { budget_limit: 10, time_period: 1d }, azure: { max_budget: '2.5', budget_duration: 1mo } } }
litellm_settings: { tag_budget_config: { costly: { max_budget: 1, budget_duration: 30d } } }
`);
  expect(config.missing).toStrictEqual([]);
  expect([...(config.router?.budgets?.providers ?? [])]).toStrictEqual([
    ['openai', { maxUsd: 10, window: { key: 'provider_spend:openai:1d', startKey: 'provider_budget_start_time:openai', duration: '1d' } }],
    ['azure', { maxUsd: 2.5, window: { key: 'provider_spend:azure:1mo', startKey: 'provider_budget_start_time:azure', duration: '1mo' } }],
  ]);
  expect([...(config.router?.budgets?.tags ?? [])]).toMatchObject([['costly', { maxUsd: 1, window: { key: 'tag_spend:costly:30d' } }]]);
  expect(config.deployments[0]?.routing?.budget).toStrictEqual({
    maxUsd: 5,
    window: { key: 'deployment_spend:d:7d', startKey: 'deployment_budget_start_time:d', duration: '7d' },
  });
});

test('nothing is no limit, and where nobody has one nobody counts', () => {
  expect(parsed(ROW(', max_budget: 0, budget_duration: 1d')).router?.budgets).toBeUndefined();
  expect(parsed(`${ROW('')}router_settings: { provider_budget_config: {} }\n`).router?.budgets).toBeUndefined();
});

test.each(['max_budget: 5', 'budget_duration: 1d'])('%s alone limits nobody, which is said', (half) => {
  const outcome = parse(ROW(`, ${half}`));
  expect(outcome.ok && outcome.config.router?.budgets).toBeUndefined();
  expect(outcome.warnings.map(formatIssue)).toStrictEqual([expect.stringContaining('which limits nobody')]);
});

test.each([
  'openai: { budget_limit: 10 }',
  'openai: { time_period: 1d }',
  'openai: { budget_limit: much, time_period: 1d }',
  'openai: { budget_limit: 10, time_period: soon }',
  'openai: 10',
])('a budget that would hold nothing is an error: %s', (entry) => {
  const outcome = parse(`${ROW('')}router_settings: { provider_budget_config: { ${entry} } }\n`);
  expect(outcome.ok).toBe(false);
});

import { expect, test } from 'vitest';
import { formatIssue, parseConfig } from './index.ts';

const parse = (row: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof parseConfig> =>
  parseConfig(
    `model_list:\n- { model_name: other, litellm_params: { model: openai/x, api_key: k } }\n- { model_name: m, litellm_params: { model: openai/y, api_key: k }, ${row} }\n`,
    { env },
  );
const groups = (read: ReturnType<typeof parseConfig>): unknown =>
  read.ok ? read.config.deployments.map(({ modelGroup }) => modelGroup) : read.issues.map(formatIssue).join('\n');

test('a row for other environments is not there', () => {
  const row = 'model_info: { supported_environments: [staging, production] }';
  expect(groups(parse(row, { LITELLM_ENVIRONMENT: 'production' }))).toStrictEqual(['other', 'm']);
  expect(groups(parse(row, { LITELLM_ENVIRONMENT: 'development' }))).toStrictEqual(['other']);
  expect(groups(parse(row))).toContain(
    'expected the environment variable LITELLM_ENVIRONMENT to be one of development, staging, production',
  );
  expect(groups(parse(row, { LITELLM_ENVIRONMENT: 'test' }))).toContain('found test');
  expect(groups(parse('model_info: { supported_environments: [test] }', { LITELLM_ENVIRONMENT: 'production' }))).toContain(
    'expected a list of development, staging, production',
  );
});

test('a team’s row, and one that is blocked, in either place', () => {
  const read = (row: string): unknown => {
    const outcome = parse(row);
    const { team, blocked } = (outcome.ok ? outcome.config.deployments[1] : undefined) ?? {};
    return [team, blocked];
  };
  expect(read('model_info: { team_id: t, team_public_model_name: ours }')).toStrictEqual([{ id: 't', publicName: 'ours' }, undefined]);
  expect(read('model_info: { team_id: t }')).toStrictEqual([{ id: 't', publicName: undefined }, undefined]);
  expect(read('model_info: { blocked: true }')).toStrictEqual([undefined, true]);
  expect(read('blocked: true')).toStrictEqual([undefined, true]);
  expect(read('blocked: false, model_info: { blocked: false }')).toStrictEqual([undefined, undefined]);
});

test('hours of some teams, and what is wrong with them', () => {
  const read = (windows: string): unknown => {
    const outcome = parse(`model_info: { access_windows: ${windows} }`);
    if (!outcome.ok) return outcome.issues.map(formatIssue).join('\n');
    return [outcome.config.hasWindows, outcome.config.deployments[1]?.windows];
  };
  expect(read('[]')).toStrictEqual([false, undefined]);
  expect(read('[{ start: "22:00", end: "06:30:15", timezone: Europe/Paris, team_ids: [t] }]')).toStrictEqual([
    true,
    [{ startSeconds: 79_200, endSeconds: 23_415, endText: '06:30', timeZone: 'Europe/Paris', teams: new Set(['t']) }],
  ]);
  for (const [window, why] of [
    ['start: "25:00", end: "06:00", timezone: UTC, team_ids: [t]', 'a time of day'],
    ['start: 10:00, end: "06:00", timezone: UTC, team_ids: [t]', 'a time of day, in quotes'],
    ['start: "06:00", end: "06:00", timezone: UTC, team_ids: [t]', 'an end that is not the start'],
    ['start: "05:00", end: "06:00", timezone: Mars/Base, team_ids: [t]', 'a time zone'],
    ['start: "05:00", end: "06:00", timezone: UTC, team_ids: []', 'a list of team ids'],
    ['start: "05:00", end: "06:00", timezone: UTC', 'start, end, timezone, team_ids'],
  ] as const) {
    expect(read(`[{ ${window} }]`)).toContain(why);
  }
});

test('what has a price, where that must be known', () => {
  const priced = (params: string): unknown => {
    const settings = 'litellm_settings: { block_requests_for_models_without_pricing: true }';
    const outcome = parseConfig(`${settings}\nmodel_list:\n- { model_name: m, litellm_params: { api_key: k, ${params} } }\n`, { env: {} });
    if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
    return [outcome.config.pricesNeeded, outcome.config.deployments[0]?.priced];
  };
  expect(priced('model: openai/gpt-4o')).toStrictEqual([true, true]);
  expect(priced('model: openai/our-own')).toStrictEqual([true, undefined]);
  expect(priced('model: openai/our-own, input_cost_per_token: 0')).toStrictEqual([true, true]);
});

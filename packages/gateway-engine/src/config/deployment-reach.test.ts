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

import { expect, test } from 'vitest';
import { formatIssue } from './config-issue.ts';
import { parseConfig } from './load-config.ts';
import type { ExtraRow } from './stored-rows.ts';

const FILE = `
model_list:
  - { model_name: of-the-file, litellm_params: { model: openai/gpt-4o, api_key: k } }
litellm_settings: { drop_params: true }
`;

function row(name: string, params: object, info: object = {}): ExtraRow {
  const value = { model_name: name, litellm_params: params, model_info: { id: `id-of-${name}`, db_model: true, ...info } };
  return { section: 'model_list', name: `model ${name} of the database`, value };
}

function parse(...rows: readonly ExtraRow[]): ReturnType<typeof parseConfig> {
  return parseConfig(FILE, { env: { KEY: 'from-the-environment' }, rows });
}

test('rows stand behind those of the file, with their own ids, credentials and variables', () => {
  const outcome = parse(
    {
      section: 'credential_list',
      name: 'credential c of the database',
      value: { credential_name: 'c', credential_values: { api_key: 'of-c' } },
    },
    row('named', { model: 'openai/gpt-4o', litellm_credential_name: 'c' }),
    row('from-variable', { model: 'openai/gpt-4o', api_key: 'os.environ/KEY' }),
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.config.deployments.map(({ modelGroup, id, apiKey }) => [modelGroup, id, apiKey]).slice(1)).toStrictEqual([
    ['named', 'id-of-named', 'of-c'],
    ['from-variable', 'id-of-from-variable', 'from-the-environment'],
  ]);
  expect(outcome.warnings).toStrictEqual([]);
});

test('CVE-2024-5751: a variable is read where a row holds its keys, and nowhere that is shown', () => {
  const named = 'os.environ/KEY';
  const outcome = parse(
    row(named, { model: 'openai/gpt-4o', api_key: named, tags: [named] }, { note: named, access_groups: [named], deep: [{ in: named }] }),
    { section: 'credential_list', name: 'credential c of the database', value: { credential_name: named, credential_values: {} } },
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  const stored = outcome.config.deployments[1];
  expect(stored).toMatchObject({ modelGroup: named, apiKey: 'from-the-environment', accessGroups: [named] });
  expect(JSON.stringify([{ ...stored, apiKey: '' }, outcome.config.shown])).not.toContain('from-the-environment');
});

test('a row that cannot be served is left out and named; the others are served', () => {
  const outcome = parse(
    row('good', { model: 'openai/gpt-4o', api_key: 'k' }),
    row('no-model', { api_key: 'a-secret' }),
    row('no-provider', { model: 'nobody-knows-this', api_key: 'a-secret' }),
    row('no-credential', { model: 'openai/gpt-4o', litellm_credential_name: 'gone' }),
    row('guarded', { model: 'openai/gpt-4o', api_key: 'k', guardrails: ['g'] }),
    row('guarded-too', { model: 'openai/gpt-4o', api_key: 'k', guardrails: ['h'] }),
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.config.deployments.map(({ modelGroup }) => modelGroup)).toStrictEqual(['of-the-file', 'good']);
  expect(outcome.config.missing).toStrictEqual([]);
  const said = outcome.warnings.map(formatIssue);
  expect(said.map((line) => /^model (\S+) of the database/u.exec(line)?.[1])).toStrictEqual([
    'no-model',
    'no-provider',
    'no-credential',
    'guarded',
    'guarded-too',
  ]);
  expect(said.join('\n')).not.toContain('a-secret');
});

test('settings count where the file has none', () => {
  const outcome = parse(
    { section: 'litellm_settings', name: 'litellm_settings of the database', value: { drop_params: false, request_timeout: 7 } },
    { section: 'router_settings', name: 'router_settings of the database', value: { model_group_alias: { alias: 'of-the-file' } } },
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.config.requestTimeoutSeconds).toBe(7);
  expect(outcome.config.deployments[0]?.settings.dropParams).toBe(true);
  expect(outcome.config.modelGroupAliases.get('alias')).toBe('of-the-file');
});

test('settings that protect and are not built are asked for as those of the file are', () => {
  const outcome = parse({ section: 'general_settings', name: 'general_settings of the database', value: { custom_auth: 'plugins.check' } });
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.config.missing).toMatchObject([{ name: 'custom_auth', place: 'general_settings of the database' }]);
});

test.each(['guardrails', 'policies'] as const)('%s of the database are asked for as those of the file are', (section) => {
  const rows = ['first', 'second'].map((name) => ({ section, name: `${name} of the database`, value: { name } }));
  const outcome = parse(...rows);
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.config.missing).toStrictEqual([{ name: section, path: section, place: 'first of the database', modelGroup: undefined }]);
});

test('what is wrong in the file is wrong whatever the rows are', () => {
  const outcome = parseConfig(FILE.replace('openai/gpt-4o', '7'), { env: {}, rows: [row('bad', {})] });
  expect(outcome).toMatchObject({ ok: false, issues: [{ file: 'config.yaml' }] });
});

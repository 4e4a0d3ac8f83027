import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { googleProject } from './google-project.ts';
import { parseConfig } from './load-config.ts';

test.each([
  ['an object', { project_id: 'p' }, {}, 'p'],
  ['JSON', '{"project_id":"p"}', {}, 'p'],
  ['a user, who has a quota project', { type: 'authorized_user', quota_project_id: 'q' }, {}, 'q'],
  ['the environment', undefined, { VERTEXAI_CREDENTIALS: '{"project_id":"e"}' }, 'e'],
  ['a variable that names it', undefined, { GOOGLE_CLOUD_PROJECT: 'g' }, 'g'],
  ['a file that is not there', '/nowhere/at/all.json', {}, undefined],
  ['nonsense', '{"project_id"', {}, undefined],
  ['nothing', undefined, {}, undefined],
])('%s', (_what, configured, env, project) => {
  expect(googleProject(configured, env)).toBe(project);
});

test('a file; and a deployment that names a project keeps it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-project-'));
  const file = join(folder, 'key.json');
  writeFileSync(file, '{"project_id":"of-file"}');
  const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
  const optionsOf = (more: string): unknown => {
    const source = `model_list:\n- model_name: a\n  litellm_params: {model: vertex_ai/claude-sonnet-4-5${more}}\n`;
    const read = parseConfig(source, { env, acceptMissing: ['master_key'] });
    return read.ok ? read.config.deployments[0]?.settings.options : read.issues;
  };
  expect(optionsOf('')).toMatchObject({ default_project: 'of-file' });
  expect(optionsOf(', vertex_project: own, vertex_ai_location: eu')).toMatchObject({ vertex_project: 'own', vertex_ai_location: 'eu' });
  rmSync(folder, { recursive: true });
});

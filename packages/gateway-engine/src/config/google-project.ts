import { readFileSync } from 'node:fs';
import { parseJson } from '@stagegate/core-transforms';
import type { Environment } from './env-refs.ts';

/**
 * The Google Cloud project of credentials, for deployments that name none; undefined when it is not known.
 *
 * in:     `vertex_credentials` as configured (an object, JSON, or a file's path), else the environment's.
 * source: LiteLLM 1.106.2, llms/vertex_ai/vertex_llm_base.py `load_auth`, and Google's rules for default credentials, read 2026-11-27.
 */
export function googleProject(configured: unknown, env: Environment): string | undefined {
  const given = configured ?? env['VERTEXAI_CREDENTIALS'] ?? env['GOOGLE_APPLICATION_CREDENTIALS'];
  const credentials = typeof given === 'string' ? parseJson(given.trimStart().startsWith('{') ? given : read(given)) : given;
  const own = member(credentials, 'project_id') ?? member(credentials, 'quota_project_id');
  return own ?? env['GOOGLE_CLOUD_PROJECT'] ?? env['GCLOUD_PROJECT'];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function member(holder: unknown, name: string): string | undefined {
  const value: unknown =
    typeof holder === 'object' && holder !== null ? Object.entries(holder).find(([key]) => key === name)?.[1] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { readFile } from 'node:fs/promises';
import { CredentialProblem, type CredentialSources } from './sources.ts';

/**
 * A token of another issuer, by which a cloud's own token service identifies the gateway.
 *
 * in:     the token itself, or where it is: `oidc/env/NAME`, `oidc/file/PATH`, `oidc/env_path/NAME` (a variable that holds a path).
 * errors: rejects with a CredentialProblem when it is missing, or from an unknown source.
 * source: LiteLLM 1.106.2, secret_managers/main.py `get_secret`, read 2026-11-27.
 */
export async function readOidcToken(reference: string, { env }: Pick<CredentialSources, 'env'>): Promise<string> {
  const [, source = '', name = ''] = /^oidc\/([^/]+)\/(.+)$/u.exec(reference) ?? [];
  if (source === '') return reference;
  const token = await readSource(source, name, env);
  if (token === undefined || token === '') throw new CredentialProblem(`there is no token at oidc/${source}/${name}`);
  return token.trim();
}

async function readSource(source: string, name: string, env: CredentialSources['env']): Promise<string | undefined> {
  switch (source) {
    case 'env':
      return env[name];
    case 'env_path':
      return readPath(env[name]);
    case 'file':
      return readPath(name);
    default:
      return undefined;
  }
}

/** A file's text; undefined when it cannot be read. */
export async function readPath(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readFile(path, 'utf8').catch(() => undefined);
}

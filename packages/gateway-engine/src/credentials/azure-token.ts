import type { Deployment } from '../ports/index.ts';
import type { Keeper } from './keeper.ts';
import { fetchToken } from './oauth-token.ts';
import { readOidcToken, readPath } from './oidc-token.ts';
import { CredentialProblem, type CredentialSources, readSetting } from './sources.ts';

const AUTHORITY = 'https://login.microsoftonline.com';
const SCOPE = 'https://cognitiveservices.azure.com/.default';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * A token of Microsoft Entra ID: for an application with a secret, a user with a password, or an identity of another issuer; else
 * the one the deployment holds.
 *
 * errors: rejects with a CredentialProblem.
 * source: LiteLLM 1.106.2, llms/azure/common_utils.py `get_azure_ad_token`, read 2026-11-27; and for workloads
 *         learn.microsoft.com/entra/workload-id/workload-identity-federation, read 2026-11-27.
 */
export async function azureToken(deployment: Deployment, sources: CredentialSources, keeper: Keeper<string>): Promise<string> {
  const { env } = sources;
  const read = (name: string, variable: string): string | undefined => readSetting(deployment, [name], env, [variable]);
  const tenant = read('tenant_id', 'AZURE_TENANT_ID');
  const client = read('client_id', 'AZURE_CLIENT_ID');
  const scope = read('azure_scope', 'AZURE_SCOPE') ?? SCOPE;
  const keep = (form: Readonly<Record<string, string>>, folder: string): Promise<string> => {
    const url = `${(env['AZURE_AUTHORITY_HOST'] ?? AUTHORITY).replace(/\/+$/u, '')}/${folder}/oauth2/v2.0/token`;
    return keeper.get(JSON.stringify(['azure', url, form]), () => fetchToken(url, { ...form, scope }, sources));
  };
  const secret = read('client_secret', 'AZURE_CLIENT_SECRET');
  if (tenant !== undefined && client !== undefined && secret !== undefined) {
    return keep({ grant_type: 'client_credentials', client_id: client, client_secret: secret, scope }, tenant);
  }
  const [user, password] = [read('azure_username', 'AZURE_USERNAME'), read('azure_password', 'AZURE_PASSWORD')];
  if (user !== undefined && password !== undefined && client !== undefined) {
    return keep({ grant_type: 'password', client_id: client, username: user, password, scope }, tenant ?? 'organizations');
  }
  const given = read('azure_ad_token', 'AZURE_AD_TOKEN');
  const assertion = given?.startsWith('oidc/') === true ? await readOidcToken(given, sources) : undefined;
  const federated = assertion ?? (given === undefined ? await readPath(env['AZURE_FEDERATED_TOKEN_FILE']) : undefined);
  if (tenant !== undefined && client !== undefined && federated !== undefined) {
    const grant = { grant_type: 'client_credentials', client_id: client, client_assertion_type: ASSERTION };
    return keep({ ...grant, client_assertion: federated.trim(), scope }, tenant);
  }
  if (given !== undefined && assertion === undefined) return given;
  throw new CredentialProblem('no api_key, no azure_ad_token, and not all of tenant_id, client_id and client_secret');
}

import type { JsonValue } from '@stagegate/core-transforms';
import type { AuthClient, ExternalAccountClientOptions } from 'google-auth-library';
import type { Deployment } from '../ports/index.ts';
import type { Fetched, Keeper } from './keeper.ts';
import { readPath } from './oidc-token.ts';
import { CredentialProblem, type CredentialSources, readSetting, readValue } from './sources.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** The life of a token whose end is not known. Google's tokens live for an hour. */
const LIFE_MS_DEFAULT = 30 * 60_000;

/**
 * An access token for Google Cloud: of a service account, a user or another issuer's identity, as the deployment's credentials say;
 * without any, the application's default credentials.
 *
 * errors: rejects with a CredentialProblem.
 * source: LiteLLM 1.106.2, llms/vertex_ai/vertex_llm_base.py `load_auth`, read 2026-11-27.
 */
export function googleToken(deployment: Deployment, sources: CredentialSources, keeper: Keeper<string>): Promise<string> {
  const credentials =
    readValue(deployment, 'vertex_credentials') ??
    readValue(deployment, 'vertex_ai_credentials') ??
    readSetting(deployment, [], sources.env, ['VERTEXAI_CREDENTIALS']);
  return keeper.get(JSON.stringify(['google', credentials ?? null]), () => fetchGoogleToken(credentials, sources));
}

async function fetchGoogleToken(given: JsonValue | undefined, sources: CredentialSources): Promise<Fetched<string>> {
  try {
    const client = await openClient(await readCredentials(given), sources);
    const { token } = await client.getAccessToken();
    if (typeof token !== 'string' || token === '') throw new CredentialProblem('Google gave no token');
    return { value: token, endsAtMs: client.credentials.expiry_date ?? sources.clock.nowMs() + LIFE_MS_DEFAULT };
  } catch (thrown) {
    if (thrown instanceof CredentialProblem) throw thrown;
    throw new CredentialProblem(`Google gave no token: ${thrown instanceof Error ? thrown.name : 'it cannot be reached'}`);
  }
}

/** The credentials as an object, which may be configured as one, as JSON, or as the path of a file that holds it; undefined for none. */
async function readCredentials(given: JsonValue | undefined): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (given === undefined || given === null || given === '') return undefined;
  const text = typeof given !== 'string' ? JSON.stringify(given) : given.trimStart().startsWith('{') ? given : await readPath(given);
  if (text === undefined) throw new CredentialProblem('the file of vertex_credentials cannot be read');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch {
    // The text is a secret, and the parser's message would quote it.
  }
  throw new CredentialProblem('vertex_credentials is not JSON');
}

async function openClient(credentials: Readonly<Record<string, unknown>> | undefined, { fetch }: CredentialSources): Promise<AuthClient> {
  // Loaded by the first call that needs it: gateways without Google's models never pay for it.
  const { ExternalAccountClient, GoogleAuth, JWT, UserRefreshClient } = await import('google-auth-library');
  const options = { transporterOptions: { fetchImplementation: fetch } };
  if (credentials === undefined) return new GoogleAuth({ scopes: [SCOPE], clientOptions: options }).getClient();
  const { type = 'service_account' } = credentials;
  const text = (name: string): string => String(credentials[name] ?? '');
  switch (type) {
    case 'service_account':
      return new JWT({ ...options, email: text('client_email'), key: text('private_key'), keyId: text('private_key_id'), scopes: [SCOPE] });
    case 'authorized_user':
      return new UserRefreshClient({
        ...options,
        clientId: text('client_id'),
        clientSecret: text('client_secret'),
        refreshToken: text('refresh_token'),
      });
    default: {
      const client = ExternalAccountClient.fromJSON({ ...options, ...credentials, scopes: [SCOPE] } as ExternalAccountClientOptions);
      if (client === null) throw new CredentialProblem('vertex_credentials are of a type that is not known here');
      return client;
    }
  }
}

import type { AuthPlacement, Headers } from '@stagegate/core-transforms';
import type { Credentials, Deployment } from '@stagegate/gateway-engine/ports';

/** The token that the recording used in place of Google's. */
const GOOGLE_TOKEN = 'dummy-vertex-token';

/** The recording's credentials: nothing is fetched, and of signatures only the presence is compared. */
export const recordedCredentials: Credentials = {
  authorize: async ({ auth }, deployment) =>
    auth.kind === 'aws-sigv4' || auth.kind === 'token' ? recordedAuthorization(auth, deployment) : {},
};

/** The recorded stand-in for a signature or a fetched token. */
export function recordedAuthorization(
  auth: Extract<AuthPlacement, { kind: 'aws-sigv4' | 'token' }>,
  { apiKey, secrets }: Deployment,
): Headers {
  if (auth.kind === 'aws-sigv4') return { authorization: apiKey === undefined ? '<signature>' : `Bearer ${apiKey}` };
  if (auth.key !== undefined && apiKey !== undefined) {
    const { header, scheme, also } = auth.key;
    const value = scheme === '' ? apiKey : `${scheme} ${apiKey}`;
    return { [header]: value, ...(also !== undefined && { [also]: value }) };
  }
  const own = secrets?.['token'] ?? secrets?.['azure_ad_token'];
  return { authorization: `Bearer ${typeof own === 'string' ? own : GOOGLE_TOKEN}` };
}

import type { AuthPlacement, Headers } from '@stagegate/core-transforms';
import type { Credentials, Deployment } from '@stagegate/gateway-engine/ports';

/** The token that the recording supplied wherever Google's was wanted. */
const GOOGLE_TOKEN = 'dummy-vertex-token';

/** The credentials of the recording: nothing is fetched, and of a signature only its presence is compared. */
export const recordedCredentials: Credentials = {
  authorize: async ({ auth }, deployment) =>
    auth.kind === 'aws-sigv4' || auth.kind === 'token' ? recordedAuthorization(auth, deployment) : {},
};

/** What stood in a recorded request where a signature or a fetched token goes. */
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

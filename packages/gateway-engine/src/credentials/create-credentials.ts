import type { AuthPlacement, Headers, ProviderRequest } from '@stagegate/core-transforms';
import type { Credentials, Deployment, UpstreamFailure } from '../ports/index.ts';
import { awsIdentity, type AwsIdentity } from './aws-identity.ts';
import { azureToken } from './azure-token.ts';
import { googleToken } from './google-token.ts';
import { ibmAuthorization } from './ibm-token.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { signForAws } from './sign-aws.ts';
import { CredentialProblem, type CredentialSources } from './sources.ts';

type TokenPlacement = Extract<AuthPlacement, { kind: 'token' }>;

const NO_HEADERS: Headers = {};

/**
 * Makes signatures, and fetches tokens from their issuers: once each, kept, and renewed before they end.
 *
 * errors: none rejects. What goes wrong is a failure of the kind `credentials`, without a secret in it.
 */
export function createCredentials(sources: CredentialSources): Credentials {
  const tokens = createKeeper<string>(sources.clock);
  const identities = createKeeper<AwsIdentity>(sources.clock);
  const make = (request: ProviderRequest, deployment: Deployment): Promise<Headers> | Headers => {
    const { auth, headers } = request;
    // A header that the operator has set stays.
    if (headers['authorization'] !== undefined) return NO_HEADERS;
    if (auth.kind === 'token') return tokenHeaders(auth, deployment, sources, tokens);
    if (auth.kind !== 'aws-sigv4') return NO_HEADERS;
    if (deployment.apiKey !== undefined) return bearer(deployment.apiKey);
    return sign(request, deployment, auth, sources, identities);
  };
  return {
    authorize: async (request, deployment) => {
      try {
        return await make(request, deployment);
      } catch (thrown) {
        return toFailure(thrown, deployment);
      }
    },
  };
}

async function tokenHeaders(
  { issuer, key }: TokenPlacement,
  deployment: Deployment,
  sources: CredentialSources,
  tokens: Keeper<string>,
): Promise<Headers> {
  const { apiKey } = deployment;
  if (key !== undefined && apiKey !== undefined) {
    const value = key.scheme === '' ? apiKey : `${key.scheme} ${apiKey}`;
    return { [key.header]: value, ...(key.also !== undefined && { [key.also]: value }) };
  }
  if (issuer === 'ibm') return { authorization: await ibmAuthorization(deployment, sources, tokens) };
  return bearer(await (issuer === 'google' ? googleToken : azureToken)(deployment, sources, tokens));
}

async function sign(
  request: ProviderRequest,
  deployment: Deployment,
  place: { readonly service: string; readonly region: string },
  sources: CredentialSources,
  identities: Keeper<AwsIdentity>,
): Promise<Headers> {
  const identity = await awsIdentity(deployment, place.region, sources, identities);
  return signForAws(request, identity, place, sources.clock.nowMs());
}

function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

/** A library's message may quote its input, so only the name of its error is shown. */
function toFailure(thrown: unknown, { provider }: Deployment): UpstreamFailure {
  const why = thrown instanceof CredentialProblem ? thrown.message : thrown instanceof Error ? thrown.name : 'unknown';
  return { kind: 'credentials', message: `no credentials for ${provider.id}: ${why}` };
}

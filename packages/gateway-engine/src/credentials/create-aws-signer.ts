import type { Headers } from '@stagegate/core-transforms';
import { awsIdentity, type AwsIdentity } from './aws-identity.ts';
import { createKeeper } from './keeper.ts';
import { signForAws, type SignedRequest } from './sign-aws.ts';
import type { CredentialSources } from './sources.ts';

/** The headers that sign one request. Rejects where no identity is found. */
export type SignRequest = (request: SignedRequest) => Promise<Headers>;

/**
 * Makes a signer for one service of AWS that is not a provider.
 *
 * in: `own`: credentials by LiteLLM's names (`aws_access_key_id` …). Missing ones are looked for as for a deployment.
 */
export function createAwsSigner(
  own: Readonly<Record<string, string>>,
  place: { readonly service: string; readonly region: string },
  sources: CredentialSources,
): SignRequest {
  const identities = createKeeper<AwsIdentity>(sources.clock);
  const asked = { secrets: own, settings: { options: {} } };
  return async (request) => signForAws(request, await awsIdentity(asked, place.region, sources, identities), place, sources.clock.nowMs());
}

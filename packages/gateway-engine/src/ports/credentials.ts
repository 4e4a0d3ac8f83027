import type { Headers, ProviderRequest } from '@stagegate/core-transforms';
import type { Deployment } from './gateway-config.ts';
import type { UpstreamFailure } from './upstream.ts';

/**
 * Makes credentials that are more than a key: signatures, and tokens that have to be fetched. Plain keys are put in place by the send step
 * itself.
 */
export interface Credentials {
  /**
   * The headers that authorise a request, for placements of the kinds `aws-sigv4` and `token`. Fetched tokens are kept and renewed before
   * they expire. Never rejects.
   */
  readonly authorize: (request: ProviderRequest, deployment: Deployment) => Promise<Headers | UpstreamFailure>;
}

/** For a gateway whose deployments all have plain keys. */
export const noCredentials: Credentials = {
  authorize: async () => ({ kind: 'credentials', message: 'no credentials are configured' }),
};

import type { Headers, ProviderRequest } from '@stagegate/core-transforms';
import type { Deployment } from './gateway-config.ts';
import type { UpstreamFailure } from './upstream.ts';

/** Makes what a plain key cannot say: signatures, and tokens that have to be fetched. Keys at their places are nobody's business but the sender's. */
export interface Credentials {
  /**
   * The headers that let a request in, for placements of the kinds `aws-sigv4` and `token`; fetched tokens are kept and renewed
   * before they end. Never rejects.
   */
  readonly authorize: (request: ProviderRequest, deployment: Deployment) => Promise<Headers | UpstreamFailure>;
}

/** For a gateway whose deployments all have plain keys. */
export const noCredentials: Credentials = {
  authorize: async () => ({ kind: 'credentials', message: 'no credentials are configured' }),
};

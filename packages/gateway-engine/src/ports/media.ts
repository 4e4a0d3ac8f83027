import type { Ambient, CallTransform, ClientCall, Plan } from '@stagegate/core-transforms';

/** Why a call's media could not be fetched. */
export interface MediaFailure {
  /** For the client, in the reference's wording. It names the URL, but not what is behind it. */
  readonly message: string;
}

/** Fetches media that callers name by an address and that the provider does not fetch itself. No credential is ever sent through it. */
export interface Media {
  /** The call with the content of its media in place of their addresses, or why one of them could not be fetched. Never rejects. */
  readonly complete: (
    transform: Pick<CallTransform, 'request'>,
    call: ClientCall,
    plan: Plan,
    ambient: Ambient,
  ) => Promise<ClientCall | MediaFailure>;
}

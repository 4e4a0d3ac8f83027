import type { Ambient, CallTransform, ClientCall, Plan } from '@stagegate/core-transforms';

/** Why a call's media cannot be had. */
export interface MediaFailure {
  /** For the client, in the reference's words; names the address and nothing of where it leads. */
  readonly message: string;
}

/** The door to what callers name by an address and a provider does not read itself. Nothing of a provider's is ever sent through it. */
export interface Media {
  /** The call with the content of such media in place of their addresses, or why one of them cannot be had. Never rejects. */
  readonly complete: (
    transform: Pick<CallTransform, 'request'>,
    call: ClientCall,
    plan: Plan,
    ambient: Ambient,
  ) => Promise<ClientCall | MediaFailure>;
}

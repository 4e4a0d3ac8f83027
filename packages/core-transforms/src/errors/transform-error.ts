/** Where a format or a row knows better than the table what the reference shows of a provider's error. */
export interface ShownError {
  readonly status?: number;
  /** `litellm.<this>: …` */
  readonly className?: string;
  readonly type?: string | null;
}

/**
 * What can go wrong in core, by failure mode. A kind exists only if somebody acts on it differently: the router (retry,
 * fall back, cool down), the lane (decline), or the table that words it for the client.
 */
export type TransformError =
  /** The client's body is wrong at `path`. 400. */
  | { readonly kind: 'bad-request'; readonly path: string; readonly message: string }
  /** Core does not know this shape, parameter or crossing. Decided before anything is sent; another lane may. 400. */
  | {
      readonly kind: 'declined';
      readonly path: string;
      readonly reason: string;
      /** Addresses: with the content of these in their place the call could be made. */
      readonly media?: readonly string[];
    }
  /** The model does not take these parameters and `drop_params` is off. 400, in the reference's words. */
  | {
      readonly kind: 'unsupported-params';
      readonly provider: string;
      readonly model: string;
      readonly params: readonly string[];
      /** Where one value is at fault, not the parameter: what the reference says of it. */
      readonly message?: string;
      /** `error.type` where it does not follow from the status. */
      readonly type?: string;
    }
  /** The provider answered ≥ 400, or sent an error where an answer should be. */
  | {
      readonly kind: 'upstream-refused';
      readonly provider: string;
      /** Status as the provider sent it; 500 for an error inside a 200. */
      readonly status: number;
      /** The provider's own message, its JSON unwrapped. */
      readonly message: string;
      /** What the router's fallbacks need to tell apart. */
      readonly reason: 'other' | 'context-window' | 'content-policy';
      /** `error.param` and `error.code` of an OpenAI-style body, when the reference hands them on. */
      readonly param?: string;
      readonly code?: string;
      /** What the client sees, where it does not follow from the status (see to-client-error.ts). */
      readonly shown?: ShownError;
    }
  /** A 2xx answer or an event that cannot be used: not JSON, empty, the wrong shape. 502. */
  | { readonly kind: 'bad-upstream'; readonly provider: string; readonly message: string }
  /** The stream ended before the answer was complete. `phase` says how far it had come. 502. */
  | { readonly kind: 'stream-cut'; readonly provider: string; readonly phase: string };

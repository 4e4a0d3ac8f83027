/** All that a transform may know of the world. The engine reads it once per call, so that a replay gives the same bytes. */
export interface Ambient {
  /** Wall clock when the call began, whole seconds since 1970. */
  readonly nowSeconds: number;
  /** Unique per call (a UUID). Every id that a transform mints derives from it. */
  readonly callId: string;
}

/** Silence between two pieces of a body, at most, milliseconds: a client that drips holds a socket and no more. */
export const BODY_IDLE_MS = 30_000;

/** A client that takes nothing of its answer for this long, milliseconds, is gone. */
export const STALL_MS = 60_000;

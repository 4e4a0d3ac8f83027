/** The longest silence between two pieces of a body, milliseconds. A client that drips must not hold a call open. */
export const BODY_IDLE_MS = 30_000;

/** A client that has read nothing of its answer for this long, milliseconds, is taken to be gone. */
export const STALL_MS = 60_000;

/** What is reserved of a group's calls and tokens for one priority. */
export interface Reservation {
  /** A part of whatever the group may do, or a number of calls or tokens per minute. */
  readonly of: 'part' | 'requests' | 'tokens';
  readonly value: number;
}

/** `dynamic_rate_limiter_v3`: a group's minute is shared among priorities once much of it is used. */
export interface PrioritySettings {
  /** `priority_reservation`, by priority; undefined: nothing is reserved, and only the group's own limits hold. */
  readonly reservations: ReadonlyMap<string, Reservation> | undefined;
  /** The part that all callers without a reservation share. */
  readonly defaultPart: number;
  /** Below this part of the group's limit, shares do not matter. */
  readonly fullFrom: number;
}

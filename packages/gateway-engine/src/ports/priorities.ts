/** What is kept of a group's calls and tokens for one priority. */
export interface Reservation {
  /** A part of whatever the group may, or so many calls or tokens a minute. */
  readonly of: 'part' | 'requests' | 'tokens';
  readonly value: number;
}

/** `dynamic_rate_limiter_v3`: what deployments may a minute is shared among priorities once much of it is used. */
export interface PrioritySettings {
  /** `priority_reservation`, by priority; undefined: nothing is kept for anybody, and the group's own limits alone hold. */
  readonly reservations: ReadonlyMap<string, Reservation> | undefined;
  /** The part of everybody whose priority has none. */
  readonly defaultPart: number;
  /** Up to this part of what the group may, everybody takes what there is. */
  readonly fullFrom: number;
}

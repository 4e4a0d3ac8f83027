import type { SpendWindow } from '../ports/index.ts';

/** The id of a budget window, as one text. */
export function windowId({ owner, id, duration, startMs }: SpendWindow): string {
  return JSON.stringify([owner, id, duration, startMs]);
}

/** The id of a user in a team, as one text. */
export function memberId(team: string, user: string): string {
  return JSON.stringify([team, user]);
}

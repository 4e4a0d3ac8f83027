import type { SpendWindow } from '../ports/index.ts';

/** Of a window, as one text. */
export function windowId({ owner, id, duration, startMs }: SpendWindow): string {
  return JSON.stringify([owner, id, duration, startMs]);
}

/** Of a user in a team, as one text. */
export function memberId(team: string, user: string): string {
  return JSON.stringify([team, user]);
}

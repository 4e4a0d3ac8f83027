/** Of a user in a team, as one text. */
export function memberId(team: string, user: string): string {
  return JSON.stringify([team, user]);
}

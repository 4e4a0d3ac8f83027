import type { JsonObject } from '@stagegate/core-transforms';
import { beforeAll } from 'vitest';
import { makeUsers, namesOf, type Managed } from './managed-gateway.ts';

/** What tests of teams stand on: a team, one that has nobody, and four users with a key each. All but `keyOf` are ids. */
export interface Crew {
  readonly crew: string;
  readonly other: string;
  /** Leads the team. */
  readonly tia: string;
  readonly ann: string;
  readonly bob: string;
  /** Belongs to nobody. */
  readonly zed: string;
  readonly keyOf: (user: string) => string;
}

/** Makes them before the tests of a lane. in: who beside `tia` is in the team, each of whom may spend 5 USD there, and what else is said of it. */
export function useCrew({ lane, api }: Managed, members: readonly ('ann' | 'bob')[], more: JsonObject = {}): Crew {
  const [crew, other, ann, bob, tia, zed] = namesOf(lane, 'crew', 'other', 'ann', 'bob', 'tia', 'zed');
  const ids = { ann, bob };
  let keyOf: Crew['keyOf'] | undefined;
  beforeAll(async () => {
    keyOf = await makeUsers(api, [ann, bob, tia, zed]);
    const members_with_roles = [{ role: 'admin', user_id: tia }, ...members.map((name) => ({ role: 'user', user_id: ids[name] }))];
    for (const team of [{ team_id: crew, members_with_roles, team_member_budget: 5, ...more }, { team_id: other }]) {
      const made = await api('POST', '/team/new', team);
      if (made.status !== 200) throw new Error(JSON.stringify(made.body));
    }
  }, 60_000);
  return { crew, other, ann, bob, tia, zed, keyOf: (user) => keyOf?.(user) ?? '' };
}

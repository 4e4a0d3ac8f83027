import { deleteKeys, tables, type Database, type TeamRow } from '../../store/index.ts';

/** Removes teams with their keys and memberships, within a transaction; the rows are kept as deleted. out: hashes of the keys. */
export async function removeTeams(transaction: Database, rows: readonly TeamRow[], by: string): Promise<readonly string[]> {
  const ids = rows.map(({ team_id: id }) => id);
  const keys = await tables.keys.list(transaction, { team_id: { in: ids } }, { sortBy: 'token', limit: 100_000 });
  const hashes = keys.map(({ token }) => token);
  await deleteKeys(transaction, hashes, by);
  for (const row of rows) {
    await tables.deletedTeams.insert(transaction, { ...row, deleted_by: by });
    await tables.teamMemberships.remove(transaction, { team_id: row.team_id });
    for (const user of await tables.users.list(transaction, { teams: { holds: row.team_id } }, { sortBy: 'user_id', limit: 100_000 })) {
      await tables.users.update(transaction, { user_id: user.user_id }, { teams: (user.teams ?? []).filter((id) => id !== row.team_id) });
    }
    await tables.teams.remove(transaction, { team_id: row.team_id });
  }
  return hashes;
}

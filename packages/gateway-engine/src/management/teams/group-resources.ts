import { tables, type Database, type TeamRow } from '../../store/index.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** What a team's access groups hold, all of them together and each by itself; null for a team without groups. */
export interface GroupResources {
  readonly access_group_models: readonly string[] | null;
  readonly access_group_mcp_server_ids: readonly string[] | null;
  readonly access_group_agent_ids: readonly string[] | null;
  readonly access_group_details: readonly object[] | null;
}

const NONE: GroupResources = {
  access_group_models: null,
  access_group_mcp_server_ids: null,
  access_group_agent_ids: null,
  access_group_details: null,
};

/** Looks up the access groups of teams, with one query. out: what those of each hold. */
export async function findResources(database: Database, teams: readonly TeamRow[]): Promise<(team: TeamRow) => GroupResources> {
  const ids = [...new Set(teams.flatMap(({ access_group_ids: own }) => own ?? []))];
  const where = { access_group_id: { in: ids } };
  const found = ids.length === 0 ? [] : await tables.accessGroups.list(database, where, { sortBy: 'access_group_id', limit: ROWS_MAX });
  return ({ access_group_ids: own }) => {
    if (own === null || own.length === 0) return NONE;
    const groups = found.filter(({ access_group_id: id }) => own.includes(id));
    const all = (name: 'access_model_names' | 'access_mcp_server_ids' | 'access_agent_ids'): readonly string[] => [
      ...new Set(groups.flatMap((group) => group[name] ?? [])),
    ];
    return {
      access_group_models: all('access_model_names'),
      access_group_mcp_server_ids: all('access_mcp_server_ids'),
      access_group_agent_ids: all('access_agent_ids'),
      access_group_details: groups.map((group) => ({
        access_group_id: group.access_group_id,
        access_group_name: group.access_group_name,
        models: group.access_model_names ?? [],
        mcp_server_ids: group.access_mcp_server_ids ?? [],
        agent_ids: group.access_agent_ids ?? [],
      })),
    };
  };
}

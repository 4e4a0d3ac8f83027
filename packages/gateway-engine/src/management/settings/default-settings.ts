import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { checkSettings } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { tables } from '../../store/index.ts';
import { toBudgetReset } from '../durations.ts';
import { namesVariable, NO_VARIABLES } from '../names-variable.ts';
import { ask, type ManagementParts, type StoredParts } from '../parts.ts';
import { readFields, refuseOthers, type Fields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { readPermissions } from '../teams/member-permissions.ts';
import { toUserColumns } from '../users/user-fields.ts';
import { changeStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTION = 'litellm_settings';

/** One of the settings with defaults for new users or teams. */
interface DefaultSetting {
  readonly name: 'default_internal_user_params' | 'default_team_params';
  readonly fields: Fields;
  /** The descriptions of its members, for forms. */
  readonly told: Readonly<Record<string, string>>;
  readonly message: string;
}

const OF_USERS: DefaultSetting = {
  name: 'default_internal_user_params',
  fields: { user_role: 'text', max_budget: 'number', budget_duration: 'text', models: 'texts', teams: 'texts' },
  told: {
    user_role: 'The role of a new user',
    max_budget: 'What a new user may spend, USD',
    budget_duration: 'When what he has spent begins anew: 24h, 7d, 30d …',
    models: 'Models that a new user may call',
    teams: 'Teams that a new user is a member of',
  },
  message: 'Internal user settings updated successfully',
};

const OF_TEAMS: DefaultSetting = {
  name: 'default_team_params',
  fields: {
    max_budget: 'number',
    budget_duration: 'text',
    tpm_limit: 'integer',
    rpm_limit: 'integer',
    team_member_permissions: 'texts',
    organization_id: 'text',
  },
  told: {
    max_budget: 'What a new team may spend, USD',
    budget_duration: 'When what it has spent begins anew: 24h, 7d, 30d …',
    tpm_limit: 'Tokens a minute of a new team',
    rpm_limit: 'Calls a minute of a new team',
    team_member_permissions: 'What members of a new team may do with its keys',
    organization_id: 'The organisation of a new team',
  },
  message: 'Default team settings updated successfully',
};

/** GET /get/internal_user_settings: the defaults of new users. */
export async function showUserDefaults({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return shown(OF_USERS, config.tenants.userDefaults);
}

/** GET /get/default_team_settings: the defaults of new teams. */
export async function showTeamDefaults({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return shown(OF_TEAMS, config.tenants.teamDefaults);
}

function shown({ fields, told }: DefaultSetting, values: JsonObject): object {
  const names = Object.keys(fields);
  return {
    values: Object.fromEntries(names.map((name) => [name, values[name] ?? null])),
    field_schema: {
      description: '',
      properties: Object.fromEntries(
        names.map((name) => [name, { description: told[name] ?? '', type: TYPES[fields[name] ?? 'any'] ?? 'array' }]),
      ),
    },
  };
}

const TYPES: Readonly<Record<string, string>> = { text: 'string', number: 'number', integer: 'integer' };

/** PATCH /update/internal_user_settings: replaces the defaults in the database; refused where the config file sets them. */
export async function updateUserDefaults(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const sent = read(parts, OF_USERS, body);
  toUserColumns({ ...sent }, {}, parts.clock.nowMs());
  await checkTeams(parts, sent['teams']);
  return write(parts, OF_USERS, sent);
}

/** PATCH /update/default_team_settings: the same for teams. */
export async function updateTeamDefaults(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const sent = read(parts, OF_TEAMS, body);
  toBudgetReset(sent['budget_duration'], parts.clock.nowMs());
  const { team_member_permissions: permissions, organization_id: id } = sent;
  readPermissions(permissions, 'team_member_permissions');
  if (typeof id === 'string') {
    const found = await ask(parts, (database) => tables.organizations.find(database, { organization_id: id }));
    if (found === undefined) throw refuseInDetail(400, { error: `Organization not found: ${id}.` });
  }
  return write(parts, OF_TEAMS, sent);
}

function read(parts: StoredParts, { name, fields }: DefaultSetting, body: JsonObject): JsonObject {
  refuseOthers(body, fields);
  const sent = Object.fromEntries(Object.entries(readFields(body, fields)).filter(([, value]) => value !== null));
  if (ownedByFile(parts, SECTION, [name]).length > 0) throw refuseInDetail(400, { error: wordOwned(SECTION, [name]) });
  if (typeof sent['max_budget'] === 'number' && sent['max_budget'] < 0)
    throw refuseInDetail(400, { error: 'max_budget must be non-negative.' });
  if (namesVariable(sent)) throw refuseInDetail(400, { error: NO_VARIABLES });
  const issues = checkSettings(SECTION, { [name]: sent });
  if (issues.length > 0) throw refuseInDetail(400, { error: issues.map((issue) => issue.trim()).join('; ') });
  return sent;
}

async function checkTeams(parts: StoredParts, teams: JsonValue | undefined): Promise<void> {
  const named = Array.isArray(teams) ? teams.map(String) : [];
  if (named.length === 0) return;
  const repeated = named.filter((id, index) => named.indexOf(id) < index);
  if (repeated.length > 0) throw refuseInDetail(400, { error: `Duplicate default team id(s): ${repeated.join(', ')}.` });
  const cut = { sortBy: 'team_id', limit: named.length } as const;
  const rows = await ask(parts, (database) => tables.teams.list(database, { team_id: { in: named } }, cut));
  const missing = named.filter((id) => !rows.some(({ team_id: found }) => found === id));
  if (missing.length > 0) throw refuseInDetail(400, { error: `Team(s) not found: ${missing.join(', ')}.` });
}

async function write(parts: StoredParts, { name, message }: DefaultSetting, sent: JsonObject): Promise<unknown> {
  await changeStored(parts, [{ section: SECTION, next: (stored) => ({ ...stored, [name]: sent }) }]);
  return { message, status: 'success', settings: sent };
}

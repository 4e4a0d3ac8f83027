import { isObject } from '@stagegate/core-transforms';
import { maskSettings } from '../../config/index.ts';
import { tables, type Database, type ProxyModelRow, type TeamRow, type UserRow, type VerificationTokenRow } from '../../store/index.ts';
import { KEY_TABLE, type AuditAction } from '../../tenants/index.ts';
import { findStored } from '../settings/stored-settings.ts';
import { auditRows, type AuditedRows, type AuditedTable, type AuditRule, type RuleParts } from './audit-rules.ts';
import { MEMBER_LIMITS } from './member-limits.ts';
import {
  keysOf,
  keysOfItems,
  keysOfMembers,
  keysOfTeam,
  listedKeys,
  listedTeams,
  listedUsers,
  madeAs,
  madeIn,
  namedKey,
  namedModel,
  namedTeam,
  namedUser,
  newMembers,
  usersOfItems,
} from './named-rows.ts';

const KEYS: AuditedTable<VerificationTokenRow> = { name: KEY_TABLE, rows: tables.keys, id: 'token' };
const TEAMS: AuditedTable<TeamRow> = { name: 'LiteLLM_TeamTable', rows: tables.teams, id: 'team_id' };
const USERS: AuditedTable<UserRow> = { name: 'LiteLLM_UserTable', rows: tables.users, id: 'user_id' };
const MODELS: AuditedTable<ProxyModelRow> = { name: 'LiteLLM_ProxyModelTable', rows: tables.models, id: 'model_id' };

const key = (parts: RuleParts<VerificationTokenRow>): AuditRule => auditRows(KEYS, parts);
const team = (parts: RuleParts<TeamRow>): AuditRule => auditRows(TEAMS, parts);
const user = (parts: RuleParts<UserRow>): AuditRule => auditRows(USERS, parts);
const model = (action: AuditAction, parts: Omit<RuleParts<ProxyModelRow>, 'action' | 'shows'> = { named: namedModel }): AuditRule =>
  auditRows(MODELS, { action, shows: action === 'deleted' ? 'nothing' : 'row', ...parts });

const newKey = key({ action: 'created', shows: 'answer', made: madeAs('token_id') });
const changedKey = (named = namedKey): AuditRule => key({ action: 'updated', shows: 'changed', named });
const goneKeys = (named: typeof namedKey): AuditRule => key({ action: 'deleted', shows: 'nothing', named });

const changedTeam = team({ action: 'updated', shows: 'changed', named: namedTeam });
const changedMembers = team({ action: 'updated', shows: ['team_alias', 'members_with_roles'], named: namedTeam });
const changedCallbacks = team({ action: 'updated', shows: ['metadata'], named: namedTeam });
const newMember = (listOf: Parameters<typeof madeIn>[1]): AuditRule =>
  user({ action: 'created', shows: 'row', named: newMembers, made: madeIn('user_id', listOf) });

/** Audits the settings of one section of the database, or only its `member`, under whose name it is then logged. */
function settings(section: string, member?: string): AuditRule {
  const read = async (database: Database): Promise<AuditedRows> => {
    const stored = maskSettings(await findStored(database, section));
    const value = member === undefined ? stored : stored[member];
    return new Map([[member ?? section, isObject(value) ? value : {}]]);
  };
  return { table: 'LiteLLM_Config', action: 'updated', shows: 'row', before: read, after: read };
}

const GENERAL = settings('general_settings');
const ANSWERS = settings('litellm_settings');
const ROUTER = settings('router_settings');

/**
 * Routes whose changes are audited, by route id. Of keys, teams, users, models and settings: where LiteLLM 1.106.2 does it, and where it
 * changes the same rows and does not (teams that are blocked, their models and permissions; spend that begins anew).
 */
export const AUDITED_ROUTES: Readonly<Record<string, readonly AuditRule[]>> = {
  'POST /key/generate': [newKey],
  'POST /key/service-account/generate': [newKey],
  'POST /key/update': [changedKey()],
  'POST /key/bulk_update': [changedKey(keysOfItems)],
  'POST /team/key/bulk_update': [changedKey(keysOfTeam)],
  'POST /key/delete': [goneKeys(listedKeys)],
  'POST /key/block': [key({ action: 'blocked', shows: 'nothing', named: namedKey })],
  'POST /key/unblock': [key({ action: 'unblocked', shows: 'nothing', named: namedKey })],
  'POST /key/{key:path}/regenerate': [key({ action: 'rotated', shows: 'answer', named: namedKey })],
  'POST /key/{key:path}/reset_spend': [changedKey()],
  'POST /team/new': [team({ action: 'created', shows: 'row', made: madeAs('team_id') })],
  'POST /team/update': [changedTeam],
  'PATCH /team/{team_id}': [changedTeam],
  'POST /team/delete': [team({ action: 'deleted', shows: 'nothing', named: listedTeams }), goneKeys(keysOf('team_id', 'team_ids'))],
  'POST /team/block': [team({ action: 'blocked', shows: 'nothing', named: namedTeam })],
  'POST /team/unblock': [team({ action: 'unblocked', shows: 'nothing', named: namedTeam })],
  'POST /team/model/add': [changedTeam],
  'POST /team/model/delete': [changedTeam],
  'POST /team/permissions_update': [changedTeam],
  'POST /team/member_add': [newMember(({ updated_users: users }) => users), changedMembers],
  'POST /team/bulk_member_add': [
    newMember(({ updated_team: made = null }) => (isObject(made) ? made['updated_users'] : undefined)),
    changedMembers,
  ],
  'POST /team/member_delete': [changedMembers, goneKeys(keysOfMembers)],
  'POST /team/member_update': [changedMembers],
  'POST /management/v1/teams/{team_id}/members/bulk_delete': [changedMembers, goneKeys(keysOfMembers)],
  'POST /management/v1/teams/{team_id}/members/bulk_update': [MEMBER_LIMITS],
  'DELETE /team/{team_id}/callback/{callback_name}': [changedCallbacks],
  'POST /team/{team_id}/disable_logging': [changedCallbacks],
  'POST /user/new': [user({ action: 'created', shows: 'row', made: madeAs('user_id') })],
  'POST /user/update': [user({ action: 'updated', shows: 'row', named: namedUser })],
  'POST /user/bulk_update': [user({ action: 'updated', shows: 'row', named: usersOfItems })],
  'POST /user/delete': [user({ action: 'deleted', shows: 'nothing', named: listedUsers }), goneKeys(keysOf('user_id', 'user_ids'))],
  'POST /management/v1/users/bulk': [user({ action: 'created', shows: 'row', made: madeIn('user_id', ({ data }) => data) })],
  'POST /management/v1/users/bulk_delete': [
    user({ action: 'deleted', shows: 'nothing', named: listedUsers }),
    goneKeys(keysOf('user_id', 'user_ids')),
  ],
  'POST /model/new': [model('created', { made: madeAs('model_id') })],
  'POST /model/update': [model('updated')],
  'PATCH /model/{model_id}/update': [model('updated')],
  'POST /model/delete': [model('deleted')],
  'POST /model/block': [model('blocked')],
  'POST /model/unblock': [model('unblocked')],
  'POST /config/update': [ROUTER, ANSWERS],
  'POST /config/field/update': [GENERAL],
  'POST /config/field/delete': [GENERAL],
  'POST /config/callback/delete': [ANSWERS],
  'PATCH /config/cost_discount_config': [ANSWERS],
  'PATCH /config/cost_margin_config': [ANSWERS],
  'POST /add/allowed_ip': [GENERAL],
  'POST /delete/allowed_ip': [GENERAL],
  'PATCH /update/internal_user_settings': [settings('litellm_settings', 'default_internal_user_params')],
  'PATCH /update/default_team_settings': [settings('litellm_settings', 'default_team_params')],
  'POST /fallback': [ROUTER],
  'DELETE /fallback/{model:path}': [ROUTER],
};

import type { Role } from '../../ports/index.ts';
import { plain, problematic, stored, type RouteRow } from '../route-rows.ts';

const MEMBERS: readonly Role[] = ['internal_user'];
const READERS: readonly Role[] = ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'];

const teams = (): Promise<typeof import('../teams/teams.ts')> => import('../teams/teams.ts');
const members = (): Promise<typeof import('../teams/members.ts')> => import('../teams/members.ts');
const several = (): Promise<typeof import('../teams/bulk-change-members.ts')> => import('../teams/bulk-change-members.ts');
const show = (): Promise<typeof import('../teams/show-teams.ts')> => import('../teams/show-teams.ts');

const permissions = (): Promise<typeof import('../teams/member-permissions.ts')> => import('../teams/member-permissions.ts');
const callbacks = (): Promise<typeof import('../teams/team-callbacks.ts')> => import('../teams/team-callbacks.ts');
const reset = (): Promise<typeof import('../teams/reset-member.ts')> => import('../teams/reset-member.ts');

/** Teams. Handlers decide by the rows which of them a caller may reach. */
export const TEAM_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/team/new'], ['org_admin'], async () => (await teams()).newTeam),
  stored('POST', ['/team/update'], MEMBERS, async () => (await teams()).updateTeam),
  stored('PATCH', ['/team/{team_id}'], MEMBERS, async () => (await teams()).patchTeam),
  stored('POST', ['/team/delete'], MEMBERS, async () => (await teams()).deleteTeams),
  stored('POST', ['/team/block'], MEMBERS, async () => (await teams()).blockTeam),
  stored('POST', ['/team/unblock'], MEMBERS, async () => (await teams()).unblockTeam),
  stored('POST', ['/team/model/add'], MEMBERS, async () => (await teams()).addTeamModels),
  stored('POST', ['/team/model/delete'], MEMBERS, async () => (await teams()).deleteTeamModels),
  stored('POST', ['/team/member_add'], MEMBERS, async () => (await members()).addTeamMember),
  stored('POST', ['/team/bulk_member_add'], MEMBERS, async () => (await import('../teams/bulk-members.ts')).addTeamMembers),
  stored('POST', ['/team/member_delete'], MEMBERS, async () => (await members()).deleteTeamMember),
  stored('POST', ['/team/member_update'], MEMBERS, async () => (await members()).updateTeamMember),
  problematic('POST', '/teams/{team_id}/members/bulk_delete', MEMBERS, async () => (await several()).removeTeamMembers),
  problematic('POST', '/teams/{team_id}/members/bulk_update', MEMBERS, async () => (await several()).updateTeamMembers),
  stored('POST', ['/team/{team_id}/member/{user_id}/reset_spend'], MEMBERS, async () => (await reset()).resetMemberSpend),
  stored('POST', ['/team/{team_id}/member/{user_id}/reset_budget'], MEMBERS, async () => (await reset()).resetMemberBudget),
  stored('GET', ['/team/{team_id}/members/me'], 'caller', async () => (await import('../teams/own-membership.ts')).showOwnMembership),
  stored('GET', ['/team/permissions_list'], READERS, async () => (await permissions()).showPermissions),
  stored('POST', ['/team/permissions_update'], MEMBERS, async () => (await permissions()).updatePermissions),
  stored('POST', ['/team/permissions_bulk_update'], [], async () => (await permissions()).addPermissions),
  stored('GET', ['/team/{team_id}/callback'], MEMBERS, async () => (await callbacks()).showTeamCallbacks),
  stored('POST', ['/team/{team_id}/callback'], MEMBERS, async () => (await callbacks()).addTeamCallback),
  stored('DELETE', ['/team/{team_id}/callback/{callback_name}'], MEMBERS, async () => (await callbacks()).deleteTeamCallback),
  stored('POST', ['/team/{team_id}/disable_logging'], MEMBERS, async () => (await callbacks()).disableTeamLogging),
  stored('GET', ['/team/info'], 'caller', async () => (await show()).showTeam),
  stored('GET', ['/team/list'], READERS, async () => (await show()).listTeams),
  stored('GET', ['/v2/team/list'], READERS, async () => (await show()).listTeamsByPage),
  stored('GET', ['/team/filter/ui'], ['proxy_admin_viewer'], async () => (await show()).filterTeams),
  plain('GET', ['/team/metadata_schema'], 'caller', async () => (await show()).showMetadataFields),
  stored('GET', ['/team/available'], READERS, async () => (await show()).listAvailableTeams),
];

import type { Role } from '../../ports/index.ts';
import { plain, problematic, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];
/** Let in to be told that they may not. */
const USERS: readonly Role[] = ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'];

const users = (): Promise<typeof import('../users/users.ts')> => import('../users/users.ts');
const invitations = (): Promise<typeof import('../users/invitations.ts')> => import('../users/invitations.ts');
const remove = (): Promise<typeof import('../users/delete-users.ts')> => import('../users/delete-users.ts');
const show = (): Promise<typeof import('../users/show-users.ts')> => import('../users/show-users.ts');

/** Users. Only admins change their rows, because they hold roles. An organisation's admin may create users in it. */
export const USER_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/user/new'], ['org_admin'], async () => (await users()).newUser),
  stored('POST', ['/user/update'], [], async () => (await users()).updateUser),
  stored('POST', ['/user/bulk_update'], [], async () => (await users()).bulkUpdateUsers),
  stored('POST', ['/user/delete'], [], async () => (await remove()).deleteUsers),
  problematic('POST', '/users/bulk', [], async () => (await import('../users/bulk-users.ts')).newUsers),
  problematic('POST', '/users/bulk_delete', [], async () => (await remove()).deleteUsersAtOnce),
  stored('GET', ['/user/info'], 'caller', async () => (await show()).showUser),
  stored('GET', ['/v2/user/info'], 'caller', async () => (await show()).showUserAlone),
  stored('GET', ['/user/filter/ui'], VIEWER, async () => (await show()).filterUsers),
  stored('GET', ['/user/list'], USERS, async () => (await show()).listUsers),
  stored('POST', ['/invitation/new'], [], async () => (await invitations()).newInvitation),
  stored('GET', ['/invitation/info'], VIEWER, async () => (await invitations()).showInvitation),
  stored('POST', ['/invitation/update'], 'caller', async () => (await invitations()).updateInvitation),
  stored('POST', ['/invitation/delete'], [], async () => (await invitations()).deleteInvitation),
  plain('GET', ['/user/available_roles'], 'caller', async () => (await show()).listRoles),
];

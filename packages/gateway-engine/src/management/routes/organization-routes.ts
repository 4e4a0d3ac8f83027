import type { Role } from '../../ports/index.ts';
import { stored, type RouteRow } from '../route-rows.ts';

const ADMINS: readonly Role[] = ['org_admin'];
const READERS: readonly Role[] = ['org_admin', 'proxy_admin_viewer'];

const organizations = (): Promise<typeof import('../organizations/organizations.ts')> => import('../organizations/organizations.ts');
const members = (): Promise<typeof import('../organizations/organization-members.ts')> =>
  import('../organizations/organization-members.ts');
const show = (): Promise<typeof import('../organizations/show-organizations.ts')> => import('../organizations/show-organizations.ts');

/** Organisations. Their own admins may call a route where the call names an organisation that they administer. */
export const ORGANIZATION_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/organization/new'], [], async () => (await organizations()).newOrganization),
  stored('PATCH', ['/organization/update'], ADMINS, async () => (await organizations()).updateOrganization),
  stored('PATCH', ['/v2/organization/{organization_id}'], ADMINS, async () => (await organizations()).patchOrganization),
  stored('DELETE', ['/organization/delete'], [], async () => (await organizations()).deleteOrganizations),
  stored('GET', ['/organization/list'], 'caller', async () => (await show()).listOrganizations),
  stored('GET', ['/organization/info'], READERS, async () => (await show()).showOrganization),
  stored('POST', ['/organization/info'], READERS, async () => (await show()).showOrganizations),
  stored('POST', ['/organization/member_add'], ADMINS, async () => (await members()).addOrganizationMembers),
  stored('PATCH', ['/organization/member_update'], ADMINS, async () => (await members()).updateOrganizationMember),
  stored('DELETE', ['/organization/member_delete'], ADMINS, async () => (await members()).deleteOrganizationMember),
];

import { stored, type RouteRow } from '../route-rows.ts';

const projects = (): Promise<typeof import('../projects/projects.ts')> => import('../projects/projects.ts');
const show = (): Promise<typeof import('../projects/show-projects.ts')> => import('../projects/show-projects.ts');

/** Projects of teams. Only admins change them, because their limits are part of the team's. */
export const PROJECT_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/project/new'], [], async () => (await projects()).newProject),
  stored('POST', ['/project/update'], [], async () => (await projects()).updateProject),
  stored('DELETE', ['/project/delete'], [], async () => (await projects()).deleteProjects),
  stored('GET', ['/project/info'], 'caller', async () => (await show()).showProject),
  stored('GET', ['/project/list'], 'caller', async () => (await show()).listProjects),
];

import type { Role } from '../../ports/index.ts';
import { stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];

const tags = (): Promise<typeof import('../tags/tags.ts')> => import('../tags/tags.ts');
const groups = (): Promise<typeof import('../access/access-groups.ts')> => import('../access/access-groups.ts');
const money = (): Promise<typeof import('../access/group-money.ts')> => import('../access/group-money.ts');
const models = (): Promise<typeof import('../access/model-groups.ts')> => import('../access/model-groups.ts');

/** An access group's routes have two names. */
const both = (rest: string): readonly string[] => [`/v1/access_group${rest}`, `/v1/unified_access_group${rest}`];
const one = both('/{access_group_id}');

/** Tags, and groups of models that keys and teams may call. */
export const ACCESS_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/tag/new'], [], async () => (await tags()).newTag),
  stored('POST', ['/tag/update'], [], async () => (await tags()).updateTag),
  stored('POST', ['/tag/info'], VIEWER, async () => (await tags()).showTags),
  stored('GET', ['/tag/list'], VIEWER, async () => (await tags()).listTags),
  stored('POST', ['/tag/delete'], [], async () => (await tags()).deleteTag),
  stored('POST', both(''), [], async () => (await groups()).newAccessGroup, 201),
  stored('GET', both(''), VIEWER, async () => (await groups()).listAccessGroups),
  stored('GET', one, VIEWER, async () => (await groups()).showAccessGroup),
  stored('PUT', one, [], async () => (await groups()).updateAccessGroup),
  stored('DELETE', one, [], async () => (await groups()).deleteAccessGroup, 204),
  stored('POST', ['/access_group/new'], [], async () => (await models()).newModelGroup),
  stored('GET', ['/access_group/list'], VIEWER, async () => (await models()).listModelGroups),
  stored('GET', ['/access_group/{access_group}/info'], VIEWER, async () => (await models()).showModelGroup),
  stored('PUT', ['/access_group/{access_group}/update'], [], async () => (await models()).updateModelGroup),
  stored('DELETE', ['/access_group/{access_group}/delete'], [], async () => (await models()).deleteModelGroup),
  stored('GET', ['/access_group/{access_group}/budget'], VIEWER, async () => (await money()).showGroupBudget),
  stored('PUT', ['/access_group/{access_group}/budget'], [], async () => (await money()).setGroupBudget),
  stored('DELETE', ['/access_group/{access_group}/budget'], [], async () => (await money()).deleteGroupBudget),
];

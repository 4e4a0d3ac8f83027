import type { Role, RouteAccess } from '../../ports/index.ts';
import type { UsageOf } from '../spend/key-usage.ts';
import { plain, problematic, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];
/** Roles that may read spend. Those that may not see all see their own, and that of teams that permit it. */
const READERS: readonly Role[] = ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'];
const USERS: readonly Role[] = ['proxy_admin_viewer', 'internal_user'];

const logs = (): Promise<typeof import('../spend/spend-logs.ts')> => import('../spend/spend-logs.ts');
const spenders = (): Promise<typeof import('../spend/spenders.ts')> => import('../spend/spenders.ts');
const spend = (): Promise<typeof import('../spend/global-spend.ts')> => import('../spend/global-spend.ts');
const activity = (): Promise<typeof import('../spend/global-activity.ts')> => import('../spend/global-activity.ts');
const days = (): Promise<typeof import('../spend/daily-activity.ts')> => import('../spend/daily-activity.ts');
const tagUsage = (): Promise<typeof import('../spend/tag-usage.ts')> => import('../spend/tag-usage.ts');
const usage = (): Promise<typeof import('../spend/usage.ts')> => import('../spend/usage.ts');
const names = (): Promise<typeof import('../spend/names-in-logs.ts')> => import('../spend/names-in-logs.ts');
const cost = (): Promise<typeof import('../spend/cost.ts')> => import('../spend/cost.ts');

/** A customer's routes have two names. */
const both = (path: string): readonly string[] => [`/customer/${path}`, `/end_user/${path}`];

const files = (): Promise<typeof import('../spend/export-days.ts')> => import('../spend/export-days.ts');
const keys = (): Promise<typeof import('../spend/key-usage.ts')> => import('../spend/key-usage.ts');

/** The routes for the spend of single keys, and for export as a file, of one kind of owner. */
function byKey(of: UsageOf, access: RouteAccess): readonly RouteRow[] {
  const below = (path: string): readonly string[] => (of === 'customer' ? both(path) : [`/${of}/${path}`]);
  const paths = (last: string): readonly string[] => below(`daily/activity/aggregated/${last}`);
  return [
    stored('GET', below('daily/activity/export'), access, async () => (await files()).exportActivity(of)),
    stored('GET', paths('keys'), access, async () => (await keys()).listUsedKeys(of)),
    stored('GET', paths('search'), access, async () => (await keys()).searchUsedKeys(of)),
    stored('GET', paths('model_top_keys'), access, async () => (await keys()).listKeysOfModel(of)),
  ];
}

/** Reports of spend: by whom, when and on what. */
export const SPEND_ROUTES: readonly RouteRow[] = [
  stored('GET', ['/spend/keys'], READERS, async () => (await spenders()).listKeysBySpend),
  stored('GET', ['/spend/users'], READERS, async () => (await spenders()).listUsersBySpend),
  stored('GET', ['/spend/tags'], READERS, async () => (await spenders()).listTagsBySpend),
  stored('GET', ['/spend/logs'], READERS, async () => (await logs()).listLogs),
  stored('GET', ['/spend/logs/v2'], READERS, async () => (await logs()).listLogsByPage),
  stored('GET', ['/spend/logs/ui'], READERS, async () => (await logs()).listLogsByPage),
  stored('GET', ['/spend/logs/session/ui'], READERS, async () => (await logs()).listSession),
  stored('GET', ['/spend/logs/ui/{request_id}'], READERS, async () => (await logs()).showSaid),
  problematic('GET', '/spend_logs/users', READERS, async () => (await names()).listUsersInLogs),
  problematic('GET', '/spend_logs/end_users', READERS, async () => (await names()).listCustomersInLogs),
  plain('POST', ['/spend/calculate'], READERS, async () => (await cost()).calculateSpend),
  plain('POST', ['/cost/estimate'], READERS, async () => (await cost()).estimateCost),
  stored('GET', ['/user/daily/activity'], 'caller', async () => (await days()).showUserActivity),
  stored('GET', ['/user/daily/activity/aggregated'], 'caller', async () => (await days()).sumUserActivity),
  stored('GET', ['/team/daily/activity'], 'caller', async () => (await days()).showTeamActivity),
  stored('GET', ['/team/daily/activity/aggregated'], 'caller', async () => (await days()).sumTeamActivity),
  stored('GET', ['/organization/daily/activity'], 'caller', async () => (await days()).showOrganizationActivity),
  stored('GET', ['/organization/daily/activity/aggregated'], 'caller', async () => (await days()).sumOrganizationActivity),
  stored('GET', both('daily/activity'), VIEWER, async () => (await days()).showCustomerActivity),
  stored('GET', both('daily/activity/aggregated'), VIEWER, async () => (await days()).sumCustomerActivity),
  stored('GET', ['/tag/daily/activity'], READERS, async () => (await days()).showTagActivity),
  stored('GET', ['/tag/daily/activity/aggregated'], READERS, async () => (await days()).sumTagActivity),
  ...byKey('user', 'caller'),
  ...byKey('team', 'caller'),
  ...byKey('organization', 'caller'),
  ...byKey('customer', VIEWER),
  ...byKey('tag', READERS),
  stored('GET', ['/user/daily/activity/aggregated/cache_leakage_keys'], 'caller', async () => (await keys()).listUncachedKeys('user')),
  stored('GET', ['/tag/distinct'], VIEWER, async () => (await tagUsage()).listDistinctTags),
  stored('GET', ['/tag/dau'], VIEWER, async () => (await tagUsage()).showDailyUsers),
  stored('GET', ['/tag/wau'], VIEWER, async () => (await tagUsage()).showWeeklyUsers),
  stored('GET', ['/tag/mau'], VIEWER, async () => (await tagUsage()).showMonthlyUsers),
  stored('GET', ['/tag/summary'], VIEWER, async () => (await tagUsage()).summarizeTags),
  stored('GET', ['/tag/user-agent/per-user-analytics'], VIEWER, async () => (await tagUsage()).listTagUsers),
  stored('GET', ['/team/spend/by_user'], 'caller', async () => (await usage()).showMemberSpend),
  stored('GET', ['/global/activity/cache_hits'], USERS, async () => (await usage()).showCacheHits),
  stored('GET', ['/global/activity'], USERS, async () => (await activity()).showActivity),
  stored('GET', ['/global/activity/model'], USERS, async () => (await activity()).showModelActivity),
  stored('GET', ['/global/activity/exceptions'], VIEWER, async () => (await activity()).showRefusals),
  stored('GET', ['/global/activity/exceptions/deployment'], VIEWER, async () => (await activity()).showDeploymentRefusals),
  stored('GET', ['/global/spend'], VIEWER, async () => (await spend()).showGlobalSpend),
  stored('GET', ['/global/spend/logs'], VIEWER, async () => (await spend()).listGlobalDays),
  stored('GET', ['/global/spend/keys'], VIEWER, async () => (await spend()).listGlobalKeys),
  stored('GET', ['/global/spend/models'], VIEWER, async () => (await spend()).listGlobalModels),
  stored('GET', ['/global/spend/provider'], VIEWER, async () => (await spend()).listGlobalProviders),
  stored('GET', ['/global/spend/teams'], VIEWER, async () => (await spend()).listGlobalTeams),
  stored('GET', ['/global/spend/tags'], VIEWER, async () => (await spend()).listGlobalTags),
  stored('GET', ['/global/spend/all_tag_names'], VIEWER, async () => (await spend()).listTagNames),
  stored('GET', ['/global/all_end_users'], VIEWER, async () => (await spend()).listAllCustomers),
  stored('POST', ['/global/spend/end_users'], VIEWER, async () => (await spend()).listGlobalCustomers),
  stored('POST', ['/global/spend/refresh'], [], async () => (await spend()).refreshGlobalSpend),
  stored('POST', ['/global/spend/reset'], [], async () => (await spend()).resetGlobalSpend),
  stored('GET', ['/global/spend/report'], VIEWER, async () => (await spend()).refuseGlobalReport),
  stored('GET', ['/key/spend/report'], READERS, async () => (await spend()).refuseReport),
  stored('GET', ['/user/spend/report'], READERS, async () => (await spend()).refuseReport),
  stored('GET', ['/team/spend/report'], READERS, async () => (await spend()).refuseReport),
  stored('GET', ['/organization/spend/report'], READERS, async () => (await spend()).refuseReport),
];

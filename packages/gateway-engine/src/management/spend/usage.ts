import { ROUTE_GROUPS } from '../../auth/route-groups.data.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { cacheActivity, cacheFilters, countFailures, spendByMember } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { teamScope } from './activity-scope.ts';
import { onlyUser } from './log-scope.ts';
import { dayAfter, readActivityDays, readDayRange } from './read-days.ts';

/** GET /team/spend/by_user: the spend of each user of a team; only the caller's own unless he may see the whole of each team. */
export async function showMemberSpend(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { caller, query } = call;
  const { from, to } = readActivityDays(query, parts.clock.nowMs(), true);
  const { fromMs, toMs } = readDayRange(query);
  if (readText(query, 'team_ids') === undefined) throw refuseInDetail(400, { error: 'Please provide team_ids' });
  const results = await ask(parts, async (database) => {
    const { owners = [], keys, describe } = await teamScope(database, call);
    const user = keys === undefined ? undefined : (caller.userId ?? '');
    const rows = await spendByMember(database, { from: new Date(fromMs), before: dayAfter(toMs), user }, owners);
    const teams = await describe(database, owners);
    return rows.map(({ team_id: id, ...row }) => ({ team_id: id, team_alias: teams.get(id)?.['team_alias'] ?? null, ...row }));
  });
  return { start_date: from, end_date: to, results };
}

/** Kinds of calls that reach no model. */
const NO_CALLS = (ROUTE_GROUPS['info_routes']?.paths ?? '').trim().split(/\s+/u);

/** GET /global/activity/cache_hits: calls answered from a cache; only the caller's own if he may not see all. */
export async function showCacheHits(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { fromMs, toMs } = readDayRange(query);
  const scope = {
    from: new Date(fromMs),
    before: dayAfter(toMs),
    user: onlyUser(caller),
    keyAliases: readAll(query, 'key_aliases'),
    models: readAll(query, 'models'),
    without: NO_CALLS,
  };
  return ask(parts, async (database) => {
    const groups = await cacheActivity(database, scope);
    const sum = (name: 'api_requests' | 'cache_hits' | 'failed_requests' | 'cached_completion_tokens'): number =>
      groups.reduce((total, group) => total + group[name], 0);
    const totals = {
      api_requests: sum('api_requests'),
      cache_hits: sum('cache_hits'),
      failed_requests: sum('failed_requests'),
      cached_completion_tokens: sum('cached_completion_tokens'),
    };
    const all = totals.api_requests + totals.cache_hits + totals.failed_requests;
    const { keyAliases, models } = await cacheFilters(database, scope);
    return {
      groups,
      totals: { ...totals, cache_hit_ratio: all === 0 ? 0 : (totals.cache_hits / all) * 100 },
      filter_options: { key_aliases: keyAliases, models },
      error_breakdown: await countFailures(database, scope),
    };
  });
}

function readAll(query: URLSearchParams, name: string): readonly string[] | undefined {
  const values = query.getAll(name);
  return values.length === 0 ? undefined : values;
}

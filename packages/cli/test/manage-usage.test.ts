import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';
import { ANSWER, priced, TOKEN_USD } from './support/priced-models.ts';

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const TODAY = dayOf(Date.now());
const TOMORROW = dayOf(Date.parse(TODAY) + DAY_MS);
const RANGE = `start_date=${TODAY}&end_date=${TODAY}`;
const TOKENS = ANSWER.usage.total_tokens;

describeManaged(
  (at) => {
    const { lane, api } = at;
    const [ann, bob, eve, viewer, crew, tag] = namesOf(lane, 'ann', 'bob', 'eve', 'viewer', 'crew', 'blue%');
    let keyOf: (user: string) => string;

    const call = async (key: string, tags: readonly string[]): Promise<void> => {
      at.upstream.enqueue({ body: { ...ANSWER, id: randomUUID() } });
      expect((await at.chat(key, { model: 'priced', metadata: { tags: [...tags] } })).status).toBe(200);
    };
    const read = async (path: string, key?: string): Promise<JsonObject> => {
      const { status, body } = await api('GET', path, undefined, key);
      expect([path, status]).toStrictEqual([path, 200]);
      return body;
    };

    beforeAll(async () => {
      const users = await makeUsers(api, [ann, bob, eve]);
      const seer = await api('POST', '/user/new', { user_id: viewer, user_role: 'proxy_admin_viewer' });
      const members_with_roles = [ann, bob].map((user_id) => ({ role: user_id === ann ? 'admin' : 'user', user_id }));
      await api('POST', '/team/new', { team_id: crew, team_alias: crew, members_with_roles });
      const make = async (user_id: string): Promise<string> =>
        String((await api('POST', '/key/generate', { user_id, team_id: crew, key_alias: `of-${user_id}` })).body['key']);
      const ofTeam = new Map([
        [ann, await make(ann)],
        [bob, await make(bob)],
        [viewer, String(seer.body['key'])],
      ]);
      keyOf = (user) => ofTeam.get(user) ?? users(user);
      await call(keyOf(ann), [tag]);
      await call(keyOf(ann), [tag, `User-Agent: one-${lane}`]);
      await call(keyOf(bob), [tag, `key:value-${lane}`]);
      await call(keyOf(eve), []);
      at.upstream.enqueue({ status: 400, body: { error: { message: 'no' } } });
      expect((await at.chat(keyOf(bob), { model: 'priced' })).status).toBe(400);
      expect(await at.database.ledger.flush()).toBe(true);
    }, 60_000);

    test('days are a file: of those that the caller may see, told apart as he wants, and no name is a formula', async () => {
      const file = async (path: string, key: string): Promise<{ status: number; name: string | null; lines: readonly string[] }> => {
        const answer = await fetch(`${at.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
        const name = answer.headers.get('content-disposition');
        return { status: answer.status, name, lines: (await answer.text()).split('\r\n') };
      };
      const ofTeam = `/team/daily/activity/export?${RANGE}&team_ids=${crew}`;
      const whole = await file(ofTeam, MASTER_KEY);
      expect(whole.name).toBe(`attachment; filename="team-usage-${TODAY}-${TODAY}-daily.csv"`);
      const [head, line, ...rest] = whole.lines;
      const sums =
        ',prompt_tokens,completion_tokens,api_requests,successful_requests,failed_requests,cache_read_input_tokens,cache_creation_input_tokens';
      expect(head).toBe(`date,entity_id,entity_alias,api_key,key_alias,user_id,user_email,model,spend,flat_cost${sums}`);
      expect(line).toMatch(new RegExp(`^${TODAY},${crew},${crew},,,,,,[\\d.]+,0,\\d+,\\d+,4,3,1,0,0$`, 'u'));
      expect(rest).toStrictEqual(['']);
      const asJson = await file(`${ofTeam}&export_type=daily_with_keys&format=json`, MASTER_KEY);
      const keys = JSON.parse(asJson.lines.join('')) as readonly JsonObject[];
      expect(
        keys
          .map(({ key_alias, user_id, user_email, successful_requests }) => [key_alias, user_id, user_email, successful_requests])
          .toSorted(),
      ).toStrictEqual([
        [`of-${ann}`, ann, `${ann}@example.com`, 2],
        [`of-${bob}`, bob, `${bob}@example.com`, 1],
      ]);
      const users = JSON.parse(
        (await file(`${ofTeam}&export_type=daily_with_users&format=json`, MASTER_KEY)).lines.join(''),
      ) as readonly JsonObject[];
      expect(users.map(({ api_key, user_id }) => [api_key, user_id])).toStrictEqual([
        [null, ann],
        [null, bob],
      ]);
      const models = await file(`/user/daily/activity/export?${RANGE}&export_type=daily_with_models`, keyOf(bob));
      expect(models.lines.slice(1, -1).every((row) => row.startsWith(`${TODAY},${bob},`))).toBe(true);
      expect(models.lines.length).toBeGreaterThan(2);
      // A tag is named by whoever calls.
      const formula = `=cmd|"${lane}`;
      await at.database.ask((database) =>
        tables.dailyTagSpends.insert(database, { tag: formula, date: TODAY, api_key: hashKey(keyOf(ann)) }),
      );
      const tags = await file(`/tag/daily/activity/export?${RANGE}&tags=${encodeURIComponent(formula)}`, MASTER_KEY);
      expect(tags.lines[1]).toContain(`${TODAY},"'=cmd|""${lane}",`);
      expect((await file(`/team/daily/activity/export?${RANGE}&team_ids=${crew}`, keyOf(eve))).status).toBeGreaterThanOrEqual(400);
      expect((await file(`/customer/daily/activity/export?${RANGE}`, keyOf(ann))).status).toBe(401);
      expect(await api('GET', `${ofTeam}&format=xml`)).toMatchObject({
        status: 422,
        body: { detail: [{ msg: "Input should be 'csv' or 'json'" }] },
      });
    });

    test('users of tags are counted by day, by week and by month', async () => {
      const query = `tag_filters=${encodeURIComponent(tag)}`;
      expect(await read(`/tag/dau?${query}`)).toStrictEqual({
        results: [{ tag, active_users: 2, date: TODAY, period_start: null, period_end: null }],
      });
      const weekStart = dayOf(Date.parse(TOMORROW) - 6 * DAY_MS);
      const month = (day: string): string => new Date(day).toLocaleString('en', { month: 'short', timeZone: 'UTC' });
      expect(await read(`/tag/wau?${query}`)).toStrictEqual({
        results: [
          {
            tag,
            active_users: 2,
            date: `Week 7 (${month(weekStart)} ${weekStart.slice(8)})`,
            period_start: `${weekStart} 00:00:00`,
            period_end: `${TOMORROW} 00:00:00`,
          },
        ],
      });
      const monthStart = dayOf(Date.parse(TOMORROW) - 29 * DAY_MS);
      expect(await read(`/tag/mau?tag_filter=LUE%25-${lane}`)).toMatchObject({
        results: [{ tag, active_users: 2, date: `Month 7 (${month(monthStart)})`, period_start: `${monthStart} 00:00:00` }],
      });
      expect(await read('/tag/mau?tag_filter=b%25e')).toStrictEqual({ results: [] });
      expect((await api('GET', '/tag/dau', undefined, keyOf(ann))).status).toBe(401);
    });

    test('earlier days and weeks are told apart, and what is older than is shown is left out', async () => {
      const old = `old-${lane}`;
      const api_key = hashKey(keyOf(ann));
      const ago = (days: number): string => dayOf(Date.parse(TOMORROW) - days * DAY_MS);
      await at.database.ask(async (database) => {
        for (const days of [7, 8, 48, 49, 209, 210]) await tables.dailyTagSpends.insert(database, { tag: old, date: ago(days), api_key });
      });
      const names = async (path: string): Promise<unknown> =>
        ((await read(`${path}?tag_filters=${old}`))['results'] as JsonObject[]).map(({ date }) => date);
      expect(await names('/tag/dau')).toStrictEqual([ago(7)]);
      expect(await names('/tag/wau')).toEqual([expect.stringMatching(/^Week 1 /u), expect.stringMatching(/^Week 6 /u)]);
      expect(await names('/tag/mau')).toEqual(['Month 1', 'Month 6', 'Month 7'].map((name) => expect.stringContaining(`${name} (`)));
    });

    test('what calls with tags came to, by tag and by user', async () => {
      const { results } = await read(`/tag/summary?${RANGE}`);
      const sums = { unique_users: 2, total_requests: 3, successful_requests: 3, failed_requests: 0, total_tokens: 3 * TOKENS };
      expect(results).toContainEqual({ tag, ...sums, total_spend: expect.closeTo(3 * TOKENS * TOKEN_USD, 9) });
      expect((await api('GET', `/tag/summary?start_date=${TODAY}&end_date=soon`)).status).toBe(400);
      expect(await api('GET', '/tag/summary')).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['query', 'start_date'] }, { loc: ['query', 'end_date'] }] },
      });
      expect((await read('/tag/distinct'))['results']).toEqual(expect.arrayContaining([{ tag }, { tag: `User-Agent: one-${lane}` }]));
      expect(JSON.stringify(await read('/tag/distinct'))).not.toContain('key:value');
      const query = `tag_filters=${encodeURIComponent(tag)}&page_size=1`;
      expect(await read(`/tag/user-agent/per-user-analytics?${query}`, keyOf(viewer))).toStrictEqual({
        results: [
          {
            user_id: ann,
            user_email: `${ann}@example.com`,
            user_agent: tag,
            successful_requests: 2,
            failed_requests: 0,
            total_requests: 2,
            total_tokens: 2 * TOKENS,
            spend: expect.closeTo(2 * TOKENS * TOKEN_USD, 9),
          },
        ],
        total_count: 2,
        page: 1,
        page_size: 1,
        total_pages: 2,
      });
      expect(await read(`/tag/user-agent/per-user-analytics?${query}&page=2`)).toMatchObject({ results: [{ user_id: bob }] });
    });

    test('what users came to within a team is shown to who administers it; a member sees himself, a stranger nothing', async () => {
      const path = `/team/spend/by_user?team_ids=${crew}&${RANGE}`;
      const row = { team_id: crew, team_alias: crew };
      const ofAnn = { ...row, user_id: ann, user_email: `${ann}@example.com`, api_requests: 2, successful_requests: 2, failed_requests: 0 };
      const ofBob = { ...row, user_id: bob, api_requests: 2, successful_requests: 1, failed_requests: 1, total_tokens: TOKENS };
      for (const key of [undefined, keyOf(ann), keyOf(viewer)]) {
        expect(await read(path, key)).toMatchObject({ start_date: TODAY, end_date: TODAY, results: [ofAnn, ofBob] });
      }
      expect(await read(path, keyOf(bob))).toMatchObject({ results: [ofBob] });
      expect((await read(path, keyOf(bob)))['results']).toHaveLength(1);
      expect((await api('GET', path, undefined, keyOf(eve))).status).toBe(404);
      expect((await api('GET', `/team/spend/by_user?${RANGE}`)).status).toBe(400);
      expect((await api('GET', `/team/spend/by_user?team_ids=${crew}&start_date=2024-01-01&end_date=${TODAY}`)).status).toBe(400);
    });

    test('what single keys came to: page by page, by a part of a name, and by model; of what the caller may see', async () => {
      const path = '/team/daily/activity/aggregated';
      const query = `team_ids=${crew}&${RANGE}`;
      const row = (user: string, calls: number): object => ({
        api_key: hashKey(keyOf(user)),
        metrics: { api_requests: calls, spend: expect.closeTo((user === ann ? 2 : 1) * TOKENS * TOKEN_USD, 9) },
        metadata: { key_alias: `of-${user}`, user_id: user, user_email: `${user}@example.com`, key_exists: true },
      });
      expect(await read(`${path}/keys?${query}&limit=1`)).toMatchObject({
        api_keys: [row(ann, 2)],
        total_api_keys: 2,
        offset: 0,
        limit: 1,
      });
      const last = await read(`${path}/keys?${query}&limit=1&offset=1`, keyOf(ann));
      expect(last).toMatchObject({ api_keys: [row(bob, 2)] });
      const [{ metrics }] = last['api_keys'] as [{ metrics: object }];
      expect(Object.keys(metrics)).toHaveLength(9);
      for (const part of [`OF-${bob}`, bob.toUpperCase(), `${bob}@EXAMPLE`, hashKey(keyOf(bob)).slice(5, 30)]) {
        expect((await read(`${path}/search?${query}&search=${part}`))['api_keys']).toMatchObject([row(bob, 2)]);
      }
      expect(await read(`${path}/search?${query}&search=%25`)).toStrictEqual({ api_keys: [] });
      expect(await read(`${path}/model_top_keys?${query}&model_group=priced`)).toMatchObject({
        model: 'priced',
        by_model_group: true,
        api_keys: [row(ann, 2), { api_key: hashKey(keyOf(bob)) }],
      });
      const byModel = await read(`${path}/model_top_keys?${query}&model_group=priced&by_model_group=false`);
      expect(byModel).toMatchObject({ by_model_group: false, api_keys: [] });
      for (const what of ['keys', 'search?search=of-', 'model_top_keys?model_group=priced']) {
        const { api_keys: own } = await read(`${path}/${what}${what.includes('?') ? '&' : '?'}${query}`, keyOf(bob));
        expect([what, (own as JsonObject[]).map(({ api_key: key }) => key)]).toStrictEqual([what, [hashKey(keyOf(bob))]]);
        const foreign = await api('GET', `${path}/${what}${what.includes('?') ? '&' : '?'}${query}`, undefined, keyOf(eve));
        expect([what, foreign.status]).toStrictEqual([what, 404]);
      }
      const mine = await read(`/user/daily/activity/aggregated/cache_leakage_keys?${RANGE}`, keyOf(ann));
      expect(mine).toMatchObject({
        api_keys: [{ api_key: hashKey(keyOf(ann)), metrics: { prompt_tokens: 2 * ANSWER.usage.prompt_tokens } }],
      });
      const alias = await read(`/end_user/daily/activity/aggregated/keys?${RANGE}`);
      expect(alias).toStrictEqual(await read(`/customer/daily/activity/aggregated/keys?${RANGE}`));
      expect((await api('GET', `${path}/search?${query}&search=`)).status).toBe(422);
      expect((await api('GET', `${path}/keys?${query}&limit=101`)).status).toBe(422);
      expect((await api('GET', `${path}/keys?start_date=2024-01-01&end_date=${TODAY}`)).status).toBe(400);
    });

    test('users and customers of calls are listed, of calls that the caller may see', async () => {
      const days = `filter[startTime][gte]=${TODAY}&filter[startTime][lte]=${TOMORROW}T00:00:00Z`;
      const users = (query: string, key?: string): ReturnType<typeof api> =>
        api('GET', `/management/v1/spend_logs/users?${days}${query}`, undefined, key);
      expect((await users(`&q=-${lane.toUpperCase()}`)).body['data']).toStrictEqual([ann, bob, eve]);
      expect((await users('&q=%25')).body['data']).toStrictEqual([]);
      const { body } = await users(`&q=-${lane}&page_size=1&page=2`);
      expect(body).toMatchObject({
        data: [bob],
        meta: { page: 2, page_size: 1, has_more: true },
        links: { prev: expect.stringMatching(/&page=1$/u), next: expect.stringMatching(/&page=3$/u) },
      });
      const next = await api('GET', String((body['links'] as JsonObject)['next']));
      expect(next.body).toMatchObject({ data: [eve], meta: { has_more: false }, links: { next: null } });
      expect((await users('', keyOf(bob))).body['data']).toStrictEqual([bob]);
      expect((await users('', keyOf(ann))).body['data']).toStrictEqual([ann, bob]);
      expect((await users('', keyOf(eve))).body['data']).toStrictEqual([eve]);
      expect((await api('GET', `/management/v1/spend_logs/end_users?${days}`, undefined, keyOf(eve))).body['data']).toStrictEqual([]);
      const problems = [
        ['/management/v1/spend_logs/users', 'invalid-query-parameter'],
        [`/management/v1/spend_logs/users?${days}&page_size=101`, 'invalid-query-parameter'],
        [`/management/v1/spend_logs/users?${days.replace(TODAY, 'today')}`, 'invalid-query-parameter'],
        [`/management/v1/spend_logs/users?${days}&team_id=x`, 'unknown-query-parameter'],
      ] as const;
      for (const [path, type] of problems) {
        expect(await api('GET', path)).toMatchObject({ status: 400, body: { type: `urn:litellm:error:${type}`, status: 400 } });
      }
    });

    test('what a cache has answered is told apart from what models have, of the caller’s own calls for who may not see all', async () => {
      await at.database.ask(async (database) => {
        const [row] = await tables.spendLogs.list(database, { user: ann }, { sortBy: 'startTime', limit: 1 });
        if (row === undefined) throw new Error('no call of hers');
        await tables.spendLogs.insert(database, { ...row, request_id: `hit-${lane}`, cache_hit: 'True', completion_tokens: 5 });
        await tables.spendLogs.insert(database, { ...row, request_id: `info-${lane}`, call_type: '/key/info' });
      });
      const mine = await read(`/global/activity/cache_hits?${RANGE}`, keyOf(ann));
      expect(mine).toMatchObject({
        groups: [{ call_type: 'acompletion', api_requests: 2, cache_hits: 1, failed_requests: 0, cached_completion_tokens: 5 }],
        totals: { api_requests: 2, cache_hits: 1, cache_hit_ratio: expect.closeTo(100 / 3, 9) },
        filter_options: { key_aliases: [`of-${ann}`], models: ['openai/gpt-4o'] },
        error_breakdown: [],
      });
      const alias = `key_aliases=of-${ann}&key_aliases=of-${bob}`;
      const both = await read(`/global/activity/cache_hits?${RANGE}&${alias}`, keyOf(viewer));
      expect(both).toMatchObject({
        totals: { api_requests: 3, cache_hits: 1, failed_requests: 1 },
        error_breakdown: [{ call_type: 'acompletion', error_code: '400', count: 1 }],
      });
      expect(await read(`/global/activity/cache_hits?${RANGE}&${alias}&models=none`)).toMatchObject({
        groups: [],
        totals: { cache_hit_ratio: 0 },
      });
      expect((await api('GET', '/global/activity/cache_hits?start_date=today&end_date=today')).status).toBe(400);
    });
  },
  { more: priced },
);

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';
import { ANSWER, priced, TOKEN_USD } from './support/priced-models.ts';

const TODAY = new Date().toISOString().slice(0, 10);
const RANGE = `start_date=${TODAY}&end_date=${TODAY}`;
const INSTANTS = `start_date=${TODAY}%2000:00:00&end_date=${TODAY}%2023:59:59`;

describeManaged(
  (at) => {
    const { lane, api } = at;
    const [ann, bob, eve, team, org] = ['ann', 'bob', 'eve', 'crew', 'org'].map((name) => `${name}-${lane}`) as [
      string,
      string,
      string,
      string,
      string,
    ];
    /** Ann administers the team, Bob is in it, Eve is nobody of theirs. */
    const keys = { ann: '', bob: '', eve: '', viewer: '' };
    const tag = `t-${lane}`;
    let calls: readonly { readonly id: string; readonly usd: number }[];

    const call = async (key: string, more: JsonObject = {}): Promise<{ readonly id: string; readonly usd: number }> => {
      at.upstream.enqueue({ body: { ...ANSWER, id: randomUUID() } });
      const answer = await at.chat(key, { model: 'priced', ...more });
      expect(answer.status).toBe(200);
      return { id: String(answer.body['id']), usd: Number((answer.body['usage'] as JsonObject)['total_tokens']) * TOKEN_USD };
    };
    const read = async (path: string, key?: string): Promise<JsonObject> => {
      const answer = await api('GET', path, undefined, key);
      expect([path, answer.status, answer.body['error'] ?? answer.body['detail']]).toStrictEqual([path, 200, undefined]);
      return answer.body;
    };
    const spent = (...of: readonly number[]): number => of.reduce((sum, index) => sum + (calls[index]?.usd ?? Number.NaN), 0);

    beforeAll(async () => {
      await api('POST', '/organization/new', { organization_id: org, organization_alias: org, models: [] });
      for (const user_id of [ann, bob, eve])
        await api('POST', '/user/new', { user_id, user_role: 'internal_user', auto_create_key: false });
      await api('POST', '/user/new', { user_id: `viewer-${lane}`, user_role: 'proxy_admin_viewer', auto_create_key: false });
      const members = [
        { role: 'admin', user_id: ann },
        { role: 'user', user_id: bob },
      ];
      await api('POST', '/team/new', { team_id: team, team_alias: team, organization_id: org, members_with_roles: members });
      const make = async (body: JsonObject): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
      keys.ann = await make({ user_id: ann, team_id: team, key_alias: `of-${ann}` });
      keys.bob = await make({ user_id: bob, team_id: team });
      keys.eve = await make({ user_id: eve });
      keys.viewer = await make({ user_id: `viewer-${lane}` });
      calls = [
        await call(keys.ann, { user: `customer-${lane}`, metadata: { tags: [tag] } }),
        await call(keys.bob, { metadata: { tags: [tag, '__proto__'] } }),
        await call(keys.eve),
      ];
      expect(await at.database.ledger.flush()).toBe(true);
    }, 60_000);

    const metricsOf = (answer: JsonObject): JsonObject => {
      const [day] = answer['results'] as JsonObject[];
      return day?.['metrics'] as JsonObject;
    };
    const keysOf = (answer: JsonObject): readonly string[] => {
      const [day] = answer['results'] as JsonObject[];
      return Object.keys((day?.['breakdown'] as JsonObject | undefined)?.['api_keys'] ?? {});
    };

    test('a day is shown with what it came to, by model, key and entity, page by page or all at once', async () => {
      const paged = await read(`/user/daily/activity?${RANGE}&user_id=${ann}`);
      const slice = {
        metrics: expect.objectContaining({ spend: expect.closeTo(spent(0), 9), api_requests: 1, successful_requests: 1, flat_cost: 0 }),
      };
      const facts = { key_alias: `of-${ann}`, team_id: team, user_id: ann, user_email: null, key_exists: true };
      const byKey = { [hashKey(keys.ann)]: { ...slice, metadata: facts } };
      const whole = { ...slice, metadata: {}, api_key_breakdown: byKey };
      expect(paged).toMatchObject({
        results: [
          {
            date: TODAY,
            ...slice,
            breakdown: {
              models: { 'openai/gpt-4o': whole },
              model_groups: { priced: whole },
              providers: { openai: whole },
              endpoints: { '/chat/completions': whole },
              mcp_servers: {},
              api_keys: byKey,
              entities: { [ann]: { ...whole, metadata: { user_email: null, user_alias: null } } },
            },
          },
        ],
        metadata: {
          total_spend: expect.closeTo(spent(0), 9),
          total_api_requests: 1,
          page: 1,
          total_pages: 1,
          has_more: false,
          api_key_limit: null,
        },
      });
      const summed = await read(`/user/daily/activity/aggregated?${RANGE}&user_id=${ann}`);
      expect(metricsOf(summed)).toStrictEqual(metricsOf(paged));
      expect(summed).toMatchObject({ metadata: { api_key_limit: 100, total_api_keys: 1 }, results: [{ breakdown: { entities: {} } }] });
      const teamwide = await read(`/team/daily/activity/aggregated?${RANGE}&team_ids=${team}`);
      expect(teamwide).toMatchObject({ results: [{ breakdown: { entities: { [team]: { metadata: { team_alias: team } } } } }] });
      expect(metricsOf(teamwide)['spend']).toBeCloseTo(spent(0, 1), 9);
      const pages = await Promise.all(
        [1, 2, 3].map((page) => read(`/team/daily/activity?${RANGE}&team_ids=${team}&page=${page}&page_size=1`)),
      );
      expect(pages.map(({ metadata }) => (metadata as JsonObject)['has_more'])).toStrictEqual([true, false, false]);
      expect(pages[2]).toMatchObject({ results: [], metadata: { total_pages: 2, total_spend: 0 } });
      const limited = await read(`/team/daily/activity/aggregated?${RANGE}&team_ids=${team}&api_key_limit=1`);
      expect([keysOf(limited).length, metricsOf(limited)['api_requests']]).toStrictEqual([1, 2]);
    });

    test('days of organisations, customers and tags are there too, also of a tag that has the name of a prototype', async () => {
      expect(metricsOf(await read(`/organization/daily/activity?${RANGE}&organization_ids=${org}`))['api_requests']).toBe(2);
      expect(metricsOf(await read(`/customer/daily/activity?${RANGE}&end_user_ids=customer-${lane}`))['api_requests']).toBe(1);
      const tags = await read(`/tag/daily/activity?${RANGE}&tags=${tag},__proto__&api_key=${hashKey(keys.bob)}`);
      const [day] = tags['results'] as { readonly breakdown: { readonly entities: JsonObject } }[];
      expect(Object.keys(day?.breakdown.entities ?? {}).toSorted()).toStrictEqual(['__proto__', tag].toSorted());
      expect(({} as JsonObject)['metrics']).toBeUndefined();
    });

    test('who may not see all sees his own days, and those of a team as its admin', async () => {
      expect(metricsOf(await read(`/user/daily/activity?${RANGE}`, keys.bob))['spend']).toBeCloseTo(spent(1), 9);
      expect(keysOf(await read(`/team/daily/activity?${RANGE}`, keys.ann))).toHaveLength(2);
      expect(keysOf(await read(`/team/daily/activity?${RANGE}&team_ids=${team}`, keys.bob))).toStrictEqual([hashKey(keys.bob)]);
      expect((await read(`/team/daily/activity?${RANGE}&api_key=${hashKey(keys.ann)}`, keys.bob))['results']).toStrictEqual([]);
      expect((await read(`/organization/daily/activity?${RANGE}`, keys.ann))['results']).toStrictEqual([]);
      expect(keysOf(await read(`/tag/daily/activity?${RANGE}&tags=${tag}`, keys.bob))).toStrictEqual([hashKey(keys.bob)]);
      expect((await read(`/tag/daily/activity?${RANGE}&tags=${tag}`, keys.eve))['results']).toStrictEqual([]);
      for (const path of ['/user/daily/activity', '/team/daily/activity', '/tag/daily/activity', '/customer/daily/activity']) {
        expect(metricsOf(await read(`${path}?${RANGE}`, keys.viewer))).toBeDefined();
      }
      await refused([
        [`/user/daily/activity?${RANGE}&user_id=${ann}`, 403, keys.bob],
        [`/user/daily/activity/aggregated?${RANGE}&user_id=${ann}`, 403, keys.bob],
        [`/team/daily/activity?${RANGE}&team_ids=${team}`, 404, keys.eve],
        [`/team/daily/activity/aggregated?${RANGE}&team_ids=${team}`, 404, keys.eve],
        [`/organization/daily/activity?${RANGE}&organization_ids=${org}`, 403, keys.ann],
        [`/customer/daily/activity?${RANGE}`, 401, keys.ann],
        ['/user/daily/activity', 400],
        [`/user/daily/activity?start_date=${TODAY}&end_date=2026-02-30`, 400],
        ['/user/daily/activity/aggregated?start_date=2020-01-01&end_date=2026-01-01', 400],
        [`/user/daily/activity/aggregated?start_date=${TODAY}&end_date=2020-01-01`, 400],
        [`/user/daily/activity?${RANGE}&page=0`, 422],
        [`/user/daily/activity?${RANGE}&page_size=1001`, 422],
      ]);
    });

    const refused = async (tries: readonly (readonly [path: string, status: number, key?: string])[]): Promise<void> => {
      for (const [path, status, key] of tries)
        expect([path, (await api('GET', path, undefined, key)).status]).toStrictEqual([path, status]);
    };
    const idsOf = (answer: JsonObject): readonly unknown[] => (answer['data'] as JsonObject[]).map(({ request_id: id }) => id);

    test('calls are listed by page, found by what they are, and shown to whoever may see them', async () => {
      const [first, second, third] = calls.map(({ id }) => id);
      const all = await read(`/spend/logs/v2?start_date=${TODAY}&end_date=2999-01-01&page_size=2&sort_by=spend&team_id=${team}`);
      expect(all).toMatchObject({ total: 2, page: 1, page_size: 2, total_pages: 1, total_is_capped: false });
      expect((all['data'] as JsonObject[])[0]).toMatchObject({
        team_id: team,
        model_group: 'priced',
        status: 'success',
        call_type: 'acompletion',
      });
      expect(JSON.stringify(all)).not.toContain('Hello');
      expect(idsOf(await read(`/spend/logs/ui?request_id=${first}`))).toStrictEqual([first]);
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}&search=customer-${lane}`))).toStrictEqual([first]);
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}&user_id=${bob}&min_spend=0.000001&cache_hit_filter=miss`))).toStrictEqual([
        second,
      ]);
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}&api_key=${keys.eve}&status_filter=failure`))).toStrictEqual([]);
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}&key_alias=of-${ann}`))).toStrictEqual([first]);
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}`, keys.ann)).toSorted()).toStrictEqual([first, second].toSorted());
      expect(idsOf(await read(`/spend/logs/ui?${INSTANTS}`, keys.bob))).toStrictEqual([second]);
      expect(idsOf(await read(`/spend/logs/v2?${INSTANTS}&user_id=${ann}`, keys.eve))).toStrictEqual([]);
      expect(idsOf(await read(`/spend/logs/ui?request_id=${first}`, keys.eve))).toStrictEqual([]);
      expect(await read(`/spend/logs/ui/${first}`)).toStrictEqual({ messages: {}, response: {}, proxy_server_request: {} });
      expect(await read(`/spend/logs/ui/${second}`, keys.ann)).toStrictEqual({ messages: {}, response: {}, proxy_server_request: {} });
      const [row] = (await read(`/spend/logs/ui?request_id=${third}`))['data'] as JsonObject[];
      expect(idsOf(await read(`/spend/logs/session/ui?session_id=${String(row?.['session_id'])}`))).toStrictEqual([third]);
      await refused([
        [`/spend/logs/ui/${first}`, 403, keys.bob],
        [`/spend/logs/ui/${first}`, 403, keys.eve],
        [`/spend/logs/ui?${INSTANTS}&team_id=${team}`, 403, keys.eve],
        [`/spend/logs/ui?${RANGE}`, 400],
        ['/spend/logs/v2', 400],
        [`/spend/logs/v2?${RANGE}&sort_by=metadata`, 400],
        [`/spend/logs/v2?${RANGE}&sort_order=up`, 400],
        [`/spend/logs/v2?${RANGE}&group_by_session=true`, 400],
        [`/spend/logs/v2?${RANGE}&min_spend=much`, 422],
        ['/spend/logs/session/ui', 422],
      ]);
    });

    test('/spend/logs shows the newest calls, or what each day came to; nobody but admins those of others', async () => {
      const listed = async (path: string, key?: string): Promise<readonly JsonObject[]> =>
        (await read(path, key)) as unknown as JsonObject[];
      const own = await listed('/spend/logs', keys.bob);
      expect(own.map(({ user }) => user)).toStrictEqual([bob]);
      expect((await listed(`/spend/logs?user_id=${ann}`, keys.bob)).map(({ user }) => user)).toStrictEqual([bob]);
      expect((await listed(`/spend/logs?api_key=${keys.ann}`)).map(({ request_id: id }) => id)).toStrictEqual([calls[0]?.id]);
      const tomorrow = new Date(Date.parse(TODAY) + 86_400_000).toISOString().slice(0, 10);
      const days = await listed(`/spend/logs?start_date=${TODAY}&end_date=${tomorrow}&user_id=${ann}`);
      expect(days).toMatchObject([
        {
          startTime: TODAY,
          spend: expect.closeTo(spent(0), 9),
          users: { [ann]: expect.closeTo(spent(0), 9) },
          models: { 'openai/gpt-4o': expect.closeTo(spent(0), 9) },
          [hashKey(keys.ann)]: expect.closeTo(spent(0), 9),
        },
        { startTime: tomorrow, spend: 0, users: {}, models: {} },
      ]);
      expect(await listed(`/spend/logs?start_date=${TODAY}&end_date=${tomorrow}&summarize=false&user_id=${ann}`)).toHaveLength(1);
    });

    test('who and what spent most is told; of others to nobody but who may see all', async () => {
      const listed = async (path: string, key?: string): Promise<readonly JsonObject[]> =>
        (await read(path, key)) as unknown as JsonObject[];
      expect((await listed('/spend/keys', keys.bob)).map(({ token }) => token)).toStrictEqual([hashKey(keys.bob)]);
      expect((await listed('/spend/keys')).map(({ token }) => token)).toEqual(expect.arrayContaining(Object.values(keys).map(hashKey)));
      const [user] = await listed('/spend/users', keys.ann);
      expect(user).toMatchObject({ user_id: ann, spend: expect.closeTo(spent(0), 9) });
      expect(user).not.toHaveProperty('password');
      expect(await listed(`/spend/users?user_id=nobody`)).toStrictEqual([null]);
      const tags = await listed('/spend/tags', keys.bob);
      expect(tags).toContainEqual({ individual_request_tag: tag, log_count: 1, total_spend: expect.closeTo(spent(1), 9) });
      expect(await read('/global/spend')).toMatchObject({ spend: expect.any(Number), max_budget: 0 });
      expect(await listed('/global/spend/logs')).toMatchObject([{ date: TODAY }]);
      expect(await listed(`/global/spend/logs?api_key=${keys.ann}`)).toMatchObject([
        { api_key: hashKey(keys.ann), spend: expect.closeTo(spent(0), 9) },
      ]);
      expect(await listed('/global/spend/keys')).toContainEqual({
        api_key: hashKey(keys.ann),
        key_alias: `of-${ann}`,
        key_name: expect.stringMatching(/^sk-/u),
        total_spend: expect.closeTo(spent(0), 9),
      });
      expect(await listed('/global/spend/models?limit=1')).toMatchObject([{ model: 'openai/gpt-4o' }]);
      expect(await listed(`/global/spend/provider?${RANGE}`)).toMatchObject([{ provider: 'openai' }]);
      expect(await read('/global/spend/teams')).toMatchObject({
        teams: expect.arrayContaining([team]),
        total_spend_per_team: expect.arrayContaining([{ team_id: team, total_spend: expect.closeTo(spent(0, 1), 2) }]),
      });
      expect(await read('/global/spend/all_tag_names')).toMatchObject({ tag_names: expect.arrayContaining([tag]) });
      expect(await read(`/global/spend/tags?${RANGE}&tags=${tag}`)).toMatchObject({
        spend_per_tag: [{ name: tag, spend: expect.closeTo(spent(0, 1), 3), log_count: 2 }],
      });
      expect((await api('GET', '/global/spend/tags')).body).toStrictEqual({
        error: { message: 'Please provide start_date and end_date', type: 'bad_request', param: null, code: '400' },
      });
      expect(await read('/global/all_end_users')).toMatchObject({ end_users: expect.arrayContaining([`customer-${lane}`]) });
      expect((await api('POST', '/global/spend/end_users', { api_key: keys.ann })).body).toMatchObject([
        { end_user: `customer-${lane}`, total_count: 1, total_spend: expect.closeTo(spent(0), 9) },
      ]);
      await refused([
        [`/spend/users?user_id=${ann}`, 403, keys.bob],
        ['/global/spend', 401, keys.ann],
        ['/global/spend/provider', 400],
        ['/global/spend/models?limit=0', 422],
        ['/global/spend/report', 400],
        [`/global/spend/report?${RANGE}`, 400],
        [`/key/spend/report?${RANGE}`, 403],
      ]);
    });

    test('calls and tokens of days are counted; a user counts his own', async () => {
      expect(await read(`/global/activity?${RANGE}`, keys.bob)).toMatchObject({
        daily_data: [{ date: expect.stringMatching(/^[A-Z][a-z]{2} \d\d$/u), api_requests: 1, total_tokens: expect.any(Number) }],
        sum_api_requests: 1,
      });
      expect(await read(`/global/activity/model?${RANGE}`, keys.bob)).toMatchObject([{ model: 'priced', sum_api_requests: 1 }]);
      expect(await read(`/global/activity?${RANGE}`)).toMatchObject({ sum_api_requests: expect.toSatisfy((count: number) => count >= 3) });
      expect(await read(`/global/activity/exceptions?${RANGE}&model_group=nowhere`)).toStrictEqual({
        daily_data: [],
        sum_num_rate_limit_exceptions: 0,
      });
      await refused([
        ['/global/activity', 400],
        [`/global/activity/exceptions?${RANGE}`, 422],
        [`/global/activity/exceptions?${RANGE}&model_group=priced`, 401, keys.ann],
      ]);
    });

    test('what calls would cost is told by the prices of this gateway, or of the table', async () => {
      const asked = { model: 'priced', input_tokens: 100, output_tokens: 50, num_requests_per_day: 2 };
      expect((await api('POST', '/cost/estimate', asked, keys.ann)).body).toMatchObject({
        cost_per_request: expect.closeTo(0.15, 9),
        input_cost_per_request: expect.closeTo(0.1, 9),
        output_cost_per_request: expect.closeTo(0.05, 9),
        daily_cost: expect.closeTo(0.3, 9),
        monthly_cost: null,
        input_cost_per_token: TOKEN_USD,
        provider: 'openai',
      });
      const answer = { model: 'gpt-4o', usage: { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 } };
      expect((await api('POST', '/spend/calculate', { completion_response: answer })).body).toStrictEqual({ cost: 2.5 });
      const messages = [{ role: 'user', content: 'Hello' }];
      const cost = (await api('POST', '/spend/calculate', { model: 'priced', messages })).body['cost'] as number;
      expect(cost / TOKEN_USD).toBeGreaterThan(1);
      const post = async (path: string, body: JsonObject): Promise<number> => (await api('POST', path, body)).status;
      expect(await post('/cost/estimate', { ...asked, model: 'nobody-knows' })).toBe(404);
      expect(await post('/cost/estimate', { ...asked, cache_read_input_tokens: 101 })).toBe(422);
      expect(await post('/cost/estimate', { ...asked, output_tokens: -1 })).toBe(422);
      expect(await post('/spend/calculate', { model: 'priced' })).toBe(400);
      expect(await post('/spend/calculate', {})).toBe(400);
    });

    test('what keys and teams have spent is set to nothing by an admin, at once', async () => {
      expect((await api('POST', '/global/spend/reset', {}, keys.ann)).status).toBe(401);
      expect((await api('POST', '/global/spend/reset', {}, keys.viewer)).status).toBe(401);
      expect((await api('POST', '/global/spend/reset', {})).body).toMatchObject({ status: 'success' });
      expect((await read(`/key/info?key=${keys.ann}`))['info']).toMatchObject({ spend: 0 });
      expect((await read(`/user/daily/activity?${RANGE}&user_id=${ann}`))['results']).toHaveLength(1);
    });
  },
  { more: priced },
);

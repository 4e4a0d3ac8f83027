import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged, namesOf } from './support/managed-gateway.ts';

describeManaged((at) => {
  const { lane, api, chat } = at;
  const [ours, theirs, team, ada, bob, chief] = namesOf(lane, 'ours', 'theirs', 'team', 'ada', 'bob', 'chief');
  /** Keys of an organisation's admin, and of one of its members. */
  let admin: string;
  let member: string;

  beforeAll(async () => {
    for (const organization_id of [ours, theirs]) {
      const made = await api('POST', '/organization/new', {
        organization_id,
        organization_alias: `Alias of ${organization_id}`,
        models: ['chat'],
        max_budget: 10,
        rpm_limit: 100,
        metadata: { a: 1 },
      });
      expect(made).toMatchObject({
        status: 200,
        body: {
          organization_id,
          models: ['chat'],
          metadata: { a: 1 },
          spend: 0,
          created_by: 'default_user_id',
          litellm_budget_table: { max_budget: 10, rpm_limit: 100 },
        },
      });
    }
    const keys: string[] = [];
    for (const user_id of [ada, bob]) {
      keys.push(String((await api('POST', '/user/new', { user_id, user_email: `${user_id}@example.com` })).body['key']));
    }
    [admin = '', member = ''] = keys;
    const added = await api('POST', '/organization/member_add', {
      organization_id: ours,
      member: [
        { role: 'org_admin', user_id: ada },
        { role: 'internal_user', user_email: `${bob}@example.com` },
      ],
    });
    expect(added).toMatchObject({
      status: 200,
      body: {
        organization_id: ours,
        updated_users: [{ user_id: ada }, { user_id: bob }],
        updated_organization_memberships: [
          { user_id: ada, user_role: 'org_admin' },
          { user_id: bob, user_role: 'internal_user' },
        ],
      },
    });
    expect(JSON.stringify(added.body)).not.toContain('"password":');
  }, 60_000);

  test('an organisation is listed, shown and changed; its budget with it', async () => {
    expect((await api('GET', `/organization/list?org_alias=${ours.toUpperCase()}`)).body).toMatchObject([
      { organization_id: ours, members: [{ user_id: ada }, { user_id: bob }], teams: [], litellm_budget_table: { max_budget: 10 } },
    ]);
    const info = await api('GET', `/organization/info?organization_id=${ours}`, undefined, admin);
    expect(info.body).toMatchObject({
      organization_id: ours,
      members: [{ user_email: `${ada}@example.com`, user: { user_id: ada } }, {}],
    });
    expect(JSON.stringify(info.body)).not.toContain('"password":');
    expect((await api('POST', '/organization/info', { organizations: [ours, theirs] })).body).toHaveLength(2);
    const joined = `joined-${lane}`;
    expect((await api('POST', '/user/new', { user_id: joined, organizations: [theirs, 'nowhere'] })).status).toBe(400);
    expect((await api('POST', '/user/new', { user_id: joined, organizations: [theirs] })).status).toBe(200);
    expect((await api('GET', `/organization/info?organization_id=${theirs}`)).body).toMatchObject({
      members: [{ user_id: joined, user_role: 'internal_user' }],
    });
    expect(
      await api('PATCH', '/organization/update', {
        organization_id: ours,
        metadata: { b: 2 },
        litellm_budget_table: { max_budget: 20, budget_duration: '30d' },
      }),
    ).toMatchObject({
      status: 200,
      body: {
        metadata: { a: 1, b: 2 },
        litellm_budget_table: { max_budget: 20, budget_duration: '30d', budget_reset_at: expect.any(String) },
      },
    });
    expect((await api('PATCH', `/v2/organization/${ours}`, { max_budget: null })).body).toMatchObject({
      litellm_budget_table: { max_budget: null, rpm_limit: 100 },
    });
    await api('PATCH', `/v2/organization/${ours}`, { max_budget: 10 });
    const wrong: readonly [string, string, JsonObject | undefined, number][] = [
      ['POST', '/organization/new', {}, 422],
      ['POST', '/organization/new', { organization_alias: 'x', max_budget: -1 }, 400],
      ['POST', '/organization/new', { organization_alias: 'x', budget_id: 'nowhere' }, 400],
      ['POST', '/organization/new', { organization_alias: 'x', organization_id: ours }, 400],
      ['PATCH', '/organization/update', {}, 400],
      ['PATCH', '/v2/organization/nowhere', {}, 404],
      ['PATCH', `/v2/organization/${ours}`, { models: null }, 422],
      ['GET', '/organization/info', undefined, 422],
      ['POST', '/organization/info', { organizations: [] }, 400],
      ['DELETE', '/organization/delete', { organization_ids: ['nowhere'] }, 404],
      ['POST', '/organization/member_add', { organization_id: ours, member: { role: 'proxy_admin', user_id: bob } }, 422],
      ['POST', '/organization/member_add', { organization_id: ours, member: { role: 'internal_user', user_id: bob } }, 400],
      ['PATCH', '/organization/member_update', { organization_id: ours, user_email: 'nobody@example.com' }, 400],
      ['DELETE', '/organization/member_delete', { organization_id: ours, user_id: 'nobody' }, 404],
    ];
    for (const [method, path, body, status] of wrong) {
      expect([method, path, (await api(method, path, body)).status]).toStrictEqual([method, path, status]);
    }
  });

  test('its admin manages it, its members, its teams and their keys, and no other', async () => {
    expect((await api('GET', '/organization/list', undefined, member)).body).toMatchObject([{ organization_id: ours }]);
    expect(
      (await api('PATCH', '/organization/update', { organization_id: ours, organization_alias: 'Renamed' }, admin)).body,
    ).toMatchObject({ organization_alias: 'Renamed' });
    const made = await api('POST', '/team/new', { team_id: team, organization_id: ours, models: ['chat'] }, admin);
    expect(made).toMatchObject({ status: 200, body: { organization_id: ours, members_with_roles: [{ user_id: ada, role: 'admin' }] } });
    const key = await api('POST', '/key/generate', { team_id: team, models: ['chat'] }, admin);
    expect((await chat(String(key.body['key']))).status).toBe(200);
    expect(
      (await api('PATCH', '/organization/member_update', { organization_id: ours, user_id: bob, role: 'internal_user_viewer' }, admin))
        .body,
    ).toMatchObject({ user_role: 'internal_user_viewer' });

    await api('POST', '/user/new', { user_id: chief, user_role: 'proxy_admin' });
    await api('POST', '/organization/member_add', { organization_id: ours, member: { role: 'internal_user', user_id: chief } });
    const before = await rows();
    const tries: readonly [string, string, JsonObject | undefined, string][] = [
      ['GET', `/organization/info?organization_id=${theirs}`, undefined, admin],
      ['GET', `/organization/info?organization_id=${ours}&organization_id=${theirs}`, undefined, admin],
      ['POST', '/organization/info', { organizations: [theirs] }, admin],
      ['POST', '/organization/info', { organization_id: ours, organizations: [ours, theirs] }, admin],
      ['PATCH', '/organization/update', { organization_id: theirs, organization_alias: 'Taken' }, admin],
      ['PATCH', `/v2/organization/${theirs}?organization_id=${ours}`, { organization_id: ours, organization_alias: 'Taken' }, admin],
      ['POST', '/organization/member_add', { organization_id: theirs, member: { role: 'org_admin', user_id: ada } }, admin],
      ['DELETE', '/organization/delete', { organization_ids: [ours], organization_id: ours }, admin],
      ['POST', '/organization/new', { organization_alias: 'own', organization_id: ours }, admin],
      ['POST', '/team/new', { team_id: `stray-${lane}`, organization_id: theirs }, admin],
      ['POST', `/team/new?organization_id=${ours}`, { team_id: `stray-${lane}` }, admin],
      ['POST', '/team/update', { team_id: team, organization_id: theirs }, admin],
      ['POST', '/team/update', { team_id: team, organization_id: null }, admin],
      ['PATCH', '/organization/member_update', { organization_id: ours, user_id: chief, role: 'internal_user_viewer' }, admin],
      // Nobody lifts what limits him.
      ['PATCH', '/organization/update', { organization_id: ours, max_budget: 1000 }, admin],
      ['PATCH', '/organization/update', { organization_id: ours, litellm_budget_table: { max_budget: 1000 } }, admin],
      ['PATCH', '/organization/update', { organization_id: ours, models: [] }, admin],
      ['PATCH', '/organization/update', { organization_id: ours, metadata: { model_rpm_limit: {} } }, admin],
      ['PATCH', '/organization/member_update', { organization_id: ours, user_id: ada, max_budget_in_organization: 1000 }, admin],
      ['POST', '/organization/member_add', { organization_id: ours, member: { role: 'org_admin', user_id: bob } }, member],
      ['PATCH', '/organization/member_update', { organization_id: ours, user_id: bob, role: 'org_admin' }, member],
      ['GET', `/organization/info?organization_id=${ours}`, undefined, member],
    ];
    for (const [method, path, body, by] of tries) {
      const answer = await api(method, path, body, by);
      expect([method, path, answer.status]).toStrictEqual([method, path, expect.toBeOneOf([401, 403])]);
      expect(JSON.stringify(answer.body)).not.toContain(`Alias of ${theirs}`);
    }
    expect(await rows()).toStrictEqual(before);
    await api('DELETE', '/organization/member_delete', { organization_id: ours, user_id: chief });
  });

  test('its admin lists its members, and no other users', async () => {
    const idsOf = async (query: string, key?: string): Promise<unknown> => {
      const { status, body } = await api('GET', `/user/list?sort_by=user_id&${query}`, undefined, key);
      const { users, total } = body as { readonly users?: readonly { readonly user_id: string }[]; readonly total?: number };
      return status === 200 ? [total, ...(users ?? []).map(({ user_id: id }) => id)] : status;
    };
    const joined = `joined-${lane}`;
    for (const [query, listed] of [
      ['', [2, ada, bob]],
      [`organization_ids=${theirs},${ours}`, [2, ada, bob]],
      [`organization_ids=${theirs}`, 403],
      [`user_ids=${bob}`, [1, bob]],
      [`user_ids=${joined}`, [0]],
      [`user_ids=${joined},${ada}`, [1, ada]],
      [`search=${bob.toUpperCase()}%40example`, [1, bob]],
      [`search=${joined}`, [0]],
      ['page=2&page_size=1', [2, bob]],
      ['sort_order=desc', [2, bob, ada]],
    ] as const) {
      expect([query, await idsOf(query, admin)]).toStrictEqual([query, listed]);
    }
    expect(await idsOf('', member)).toBe(403);
    expect(await idsOf(`organization_ids=${theirs}`)).toStrictEqual([1, joined]);
    expect(await idsOf(`organization_ids=${theirs},${ours}&search=${lane}`)).toStrictEqual([3, ada, bob, joined]);
  });

  test('its admin makes its users, with no more than he has; no other role, team or organisation', { timeout: 60_000 }, async () => {
    const limited = await api('POST', '/key/generate', { user_id: ada, models: ['chat'], max_budget: 5, duration: '1d' });
    const key = String(limited.body['key']);
    /** Mostly what may be: a request that is wrong in everything proves nothing. */
    const mostly = <T>(good: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: other });
    const named = fc.record({
      organizations: mostly([ours], fc.subarray([ours, theirs])),
      models: mostly(['chat'], fc.subarray(['chat', 'messages', '*', 'all-proxy-models'])),
      max_budget: mostly(5, fc.constantFrom(0, -1, 6, 1e9)),
    });
    const more = fc.oneof(
      fc.constant({}),
      fc.record({
        user_role: fc.constantFrom('internal_user', 'internal_user_viewer', 'proxy_admin', 'proxy_admin_viewer', 'org_admin'),
      }),
      fc.record({ teams: fc.subarray([team, `stray-team-${lane}`]) }),
      fc.record({ organization_id: fc.constantFrom(ours, theirs) }),
      fc.record({ spend: fc.constantFrom(-5, 0) }),
      fc.record({ auto_create_key: fc.boolean() }),
    );
    const asked = fc.tuple(named, more).map(([all, one]): JsonObject => ({ ...all, ...one }));
    await api('POST', '/team/new', { team_id: `stray-team-${lane}` });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (body) => {
        const userId = `made-${lane}-${crypto.randomUUID()}`;
        const answer = await api('POST', '/user/new', { user_id: userId, ...body }, key);
        const row = await at.database.ask((database) => tables.users.find(database, { user_id: userId }));
        if (answer.status !== 200) {
          expect(row).toBeUndefined();
          return;
        }
        made += 1;
        const joined = await at.database.ask((database) =>
          tables.organizationMemberships.list(database, { user_id: userId }, { sortBy: 'organization_id', limit: 9 }),
        );
        expect(joined.map(({ organization_id: id, user_role: role }) => [id, role])).toStrictEqual([[ours, 'internal_user']]);
        expect(row).toMatchObject({ user_role: expect.stringMatching(/^internal_user(?:_viewer)?$/u), models: ['chat'], spend: 0 });
        expect(row?.max_budget).toBeLessThanOrEqual(5);
        expect(row?.max_budget).toBeGreaterThanOrEqual(0);
        expect([[], [team]]).toContainEqual(row?.teams);
        expect(answer.body['key']).toBe('');
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(30);
    expect((await api('POST', '/user/new', { organizations: [ours], models: ['chat'], max_budget: 1 }, member)).status).toBe(401);
    expect((await api('POST', '/user/new', { models: ['chat'], max_budget: 1 }, key)).status).toBe(401);
  });

  test('keys belong to an organisation that their maker belongs to, or that his team does, and to no other', async () => {
    const own = await api('POST', '/key/generate', { organization_id: ours }, member);
    expect(own).toMatchObject({ status: 200, body: { organization_id: ours, user_id: bob } });
    await api('POST', '/team/member_add', { team_id: team, member: { role: 'admin', user_id: bob } });
    const ofTeam = String((await api('POST', '/key/generate', { team_id: team, user_id: bob })).body['key']);
    for (const more of [{}, { organization_id: ours }]) {
      expect((await api('POST', '/key/generate', { team_id: team, ...more }, ofTeam)).status).toBe(200);
    }
    const key = String(own.body['key']);
    const tries: readonly [string, JsonObject, string][] = [
      ['/key/generate', { organization_id: theirs }, member],
      ['/key/generate', { organization_id: theirs, team_id: team }, ofTeam],
      // Whoever is in an organisation does not make himself a key outside of it.
      ['/key/generate', {}, key],
      ['/key/update', { key, organization_id: theirs }, member],
    ];
    for (const [path, body, by] of tries) expect([path, body, (await api('POST', path, body, by)).status]).toStrictEqual([path, body, 403]);
  });

  const rows = (): Promise<object> =>
    at.database.ask(async (connection) => ({
      organizations: await tables.organizations.list(
        connection,
        { organization_id: { in: [ours, theirs] } },
        { sortBy: 'organization_id', limit: 9 },
      ),
      members: await tables.organizationMemberships.list(
        connection,
        { user_id: { in: [ada, bob, chief] } },
        { sortBy: 'user_id', limit: 9 },
      ),
      teams: await tables.teams.count(connection, { organization_id: { in: [ours, theirs] } }),
      budgets: await tables.budgets.list(connection, {}, { sortBy: 'budget_id', limit: 99 }),
    }));

  test('a team has no more than its organisation', async () => {
    const of = (more: JsonObject): JsonObject => ({ team_id: `more-${lane}`, organization_id: ours, ...more });
    for (const [more, message] of [
      [{ models: ['messages'] }, /Model 'messages' not in organization's allowed models/u],
      [{ max_budget: 11 }, /Team max_budget \(11\.0\) exceeds organization's max_budget \(10\.0\)/u],
      [{ rpm_limit: 101 }, /Team rpm_limit \(101\) exceeds organization's rpm_limit \(100\)/u],
    ] as const) {
      const body = of(more as unknown as JsonObject);
      expect(await api('POST', '/team/new', body)).toMatchObject({
        status: 400,
        body: { detail: { error: expect.stringMatching(message) } },
      });
      expect((await api('POST', '/team/update', { ...body, team_id: team })).status).toBe(400);
    }
    await api('POST', '/team/new', { team_id: `loose-${lane}` });
    expect((await api('POST', '/team/update', { team_id: `loose-${lane}`, organization_id: ours })).status).toBe(403);
    expect((await api('POST', '/team/new', { team_id: `lost-${lane}`, organization_id: 'nowhere' })).status).toBe(400);
  });

  test('an organisation’s money is its keys’ money; who leaves it manages it no more; it goes with its teams and keys', async () => {
    const key = String((await api('POST', '/key/generate', { organization_id: ours })).body['key']);
    const ofTeam = String((await api('POST', '/key/generate', { team_id: team })).body['key']);
    expect((await chat(key)).status).toBe(200);
    await api('PATCH', '/organization/update', { organization_id: ours, max_budget: 0 });
    expect((await chat(key)).body).toMatchObject({ error: { type: 'budget_exceeded' } });
    await api('PATCH', '/organization/update', { organization_id: ours, max_budget: 10 });
    expect((await chat(key)).status).toBe(200);
    expect((await api('DELETE', '/organization/member_delete', { organization_id: ours, user_id: ada })).body).toMatchObject({
      user_id: ada,
    });
    expect((await api('GET', `/organization/info?organization_id=${ours}`, undefined, admin)).status).toBe(401);
    const gone = await api('DELETE', '/organization/delete', { organization_ids: [ours] });
    expect(gone).toMatchObject({ status: 200, body: [{ organization_id: ours, teams: [{ team_id: team }] }] });
    expect([(await chat(key)).status, (await chat(ofTeam)).status]).toStrictEqual([401, 401]);
    expect((await api('GET', `/team/info?team_id=${team}`)).status).toBe(404);
    expect((await api('GET', `/organization/info?organization_id=${ours}`)).status).toBe(404);
  });
});

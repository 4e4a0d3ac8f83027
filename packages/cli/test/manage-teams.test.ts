import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { useCrew } from './support/crew.ts';
import { describeManaged } from './support/managed-gateway.ts';

describeManaged((at) => {
  const { lane, api, chat } = at;
  const { crew, other, ann, bob, tia, zed, keyOf } = useCrew(at, ['ann'], {
    team_alias: `Crew of ${lane}`,
    metadata: { a: 1, b: { c: 2 } },
  });

  test('what members may do is listed and changed by who manages their team, and holds', async () => {
    const make = { team_id: crew };
    const list = `/team/permissions_list?team_id=${crew}`;
    expect(await api('GET', list, undefined, keyOf(tia))).toMatchObject({
      status: 200,
      body: { team_id: crew, team_member_permissions: [], all_available_permissions: expect.arrayContaining(['/key/generate']) },
    });
    expect((await api('GET', list, undefined, keyOf(ann))).status).toBe(403);
    expect((await api('GET', '/team/permissions_list?team_id=nowhere')).status).toBe(404);
    expect((await api('POST', '/key/generate', make, keyOf(ann))).status).toBe(401);
    const permissions = { team_id: crew, team_member_permissions: ['/key/generate'] };
    expect((await api('POST', '/team/permissions_update', permissions, keyOf(ann))).status).toBe(403);
    expect(await api('POST', '/team/permissions_update', permissions, keyOf(tia))).toMatchObject({
      status: 200,
      body: { team_id: crew, team_member_permissions: ['/key/generate'] },
    });
    expect((await api('POST', '/key/generate', make, keyOf(ann))).status).toBe(200);
    const unknown = { team_id: crew, team_member_permissions: ['/key/generate', '/key/everything'] };
    expect(await api('POST', '/team/permissions_update', unknown)).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'team_member_permissions', 1] }] },
    });
  });

  test('permissions are added to several teams at once', async () => {
    const add = (body: object): ReturnType<typeof api> =>
      api('POST', '/team/permissions_bulk_update', { permissions: ['/key/list'], ...body });
    expect((await add({})).status).toBe(400);
    expect((await add({ team_ids: [crew], apply_to_all_teams: true })).status).toBe(400);
    expect(await add({ team_ids: [crew, 'nowhere'] })).toMatchObject({ status: 404 });
    expect(await add({ team_ids: [crew, other] })).toMatchObject({
      status: 200,
      body: { teams_updated: 2, permissions_appended: ['/key/list'] },
    });
    expect(await add({ team_ids: [crew, other] })).toMatchObject({ body: { teams_updated: 0 } });
    expect(await api('GET', `/team/permissions_list?team_id=${crew}`)).toMatchObject({
      body: { team_member_permissions: ['/key/generate', '/key/list'] },
    });
  });

  test('several members are added together or not at all', async () => {
    const members = [
      { role: 'user', user_id: bob },
      { role: 'user', user_email: `${zed}@example.com` },
    ];
    const twice = await api(
      'POST',
      '/team/bulk_member_add',
      { team_id: crew, members: [...members, { role: 'user', user_id: ann }] },
      keyOf(tia),
    );
    expect(twice).toMatchObject({
      status: 200,
      body: {
        total_requested: 3,
        successful_additions: 0,
        failed_additions: 3,
        updated_team: null,
        results: [{ user_id: bob, success: false }, {}, {}],
      },
    });
    expect((await api('GET', `/team/${crew}/members/me`, undefined, keyOf(bob))).status).toBe(404);
    expect(await api('POST', '/team/bulk_member_add', { team_id: crew, members, max_budget_in_team: 2 }, keyOf(tia))).toMatchObject({
      status: 200,
      body: {
        team_id: crew,
        total_requested: 2,
        successful_additions: 2,
        failed_additions: 0,
        results: [
          { user_id: bob, success: true, error: null, updated_user: { user_id: bob }, updated_team_membership: { user_id: bob } },
          { user_email: `${zed}@example.com`, success: true, updated_user: { user_id: zed } },
        ],
        updated_team: { team_id: crew },
      },
    });
    expect((await api('POST', '/team/bulk_member_add', { team_id: crew, all_users: true }, keyOf(tia))).status).toBe(403);
    expect((await api('POST', '/team/bulk_member_add', { team_id: crew, members: [] })).status).toBe(400);
    expect(await api('POST', '/team/bulk_member_add', { team_id: crew, members }, keyOf(bob))).toMatchObject({
      body: { successful_additions: 0 },
    });
  });

  test('a member sees his own place in a team, and what he spent is set back by who manages it, never by himself', async () => {
    await at.database.ask((database) => tables.teamMemberships.update(database, { user_id: bob, team_id: crew }, { spend: 1.5 }));
    await at.database.ask((database) => tables.teamMemberships.update(database, { user_id: tia, team_id: crew }, { spend: 1.5 }));
    expect(await api('GET', `/team/${crew}/members/me`, undefined, keyOf(bob))).toMatchObject({
      status: 200,
      body: {
        user_id: bob,
        team_id: crew,
        role: 'user',
        user_email: `${bob}@example.com`,
        spend: 1.5,
        litellm_budget_table: { max_budget: 2 },
      },
    });
    const reset = (user: string, body: object, key?: string): ReturnType<typeof api> =>
      api('POST', `/team/${crew}/member/${user}/reset_spend`, body as Record<string, number>, key);
    expect((await reset(bob, { reset_to: 2 })).status).toBe(400);
    expect((await reset(bob, { reset_to: -1 })).status).toBe(400);
    expect((await reset(bob, {})).status).toBe(422);
    expect((await reset('nobody', { reset_to: 0 })).status).toBe(404);
    expect((await reset(bob, { reset_to: 0 }, keyOf(ann))).status).toBe(403);
    expect((await reset(tia, { reset_to: 0 }, keyOf(tia))).status).toBe(403);
    expect(await reset(bob, { reset_to: 0.5 }, keyOf(tia))).toMatchObject({
      status: 200,
      body: { team_id: crew, user_id: bob, spend: 0.5, previous_spend: 1.5, max_budget: 2 },
    });
    const budget = await api('POST', `/team/${crew}/member/${bob}/reset_budget`, {}, keyOf(tia));
    expect(budget).toMatchObject({ status: 200, body: { team_id: crew, user_id: bob, budget_source: 'team_default' } });
    expect((await api('POST', `/team/${crew}/member/${tia}/reset_budget`, {}, keyOf(tia))).status).toBe(403);
    expect(await api('GET', `/team/${crew}/members/me`, undefined, keyOf(bob))).toMatchObject({
      body: { spend: 0.5, litellm_budget_table: { max_budget: 5 } },
    });
  });

  test('a team is patched: metadata is merged, the rest stays', async () => {
    const patch = (body: object, key?: string): ReturnType<typeof api> =>
      api('PATCH', `/team/${crew}`, body as Record<string, string>, key);
    expect(await patch({ metadata: { a: null, b: { d: 3 } }, rpm_limit: 7 })).toMatchObject({
      status: 200,
      body: { team_id: crew, rpm_limit: 7, metadata: { b: { c: 2, d: 3 } } },
    });
    const { body } = await patch({ team_alias: `Crew of ${lane}!` }, keyOf(tia));
    expect(body).toMatchObject({ rpm_limit: 7, metadata: { b: { c: 2, d: 3 } } });
    expect(body['metadata']).not.toHaveProperty('a');
    expect((await patch({ team_id: other })).status).toBe(400);
    expect((await patch({ max_budget: 100 }, keyOf(tia))).status).toBe(403);
    expect((await patch({ team_alias: 'Mine' }, keyOf(bob))).status).toBe(403);
    expect((await api('PATCH', '/team/nowhere', {})).status).toBe(404);
  });

  test('teams and users are found by a part of their names', async () => {
    expect(await api('GET', `/team/filter/ui?team_alias=OF%20${lane.toUpperCase()}`)).toMatchObject({
      status: 200,
      body: [{ team_id: crew }],
    });
    expect((await api('GET', '/team/filter/ui?team_id=100%25')).body).toStrictEqual([]);
    expect((await api('GET', `/user/filter/ui?search=${ann.toUpperCase()}`)).body).toStrictEqual([
      { user_id: ann, user_email: `${ann}@example.com` },
    ]);
    expect((await api('GET', `/user/filter/ui?search=${ann}&user_email=${bob}`)).body).toStrictEqual([]);
    expect((await api('GET', '/user/filter/ui', undefined, keyOf(tia))).status).toBe(401);
  });

  test('a user without his keys is shown to himself and to who administers a team of his', async () => {
    const ask = (key?: string): ReturnType<typeof api> => api('GET', `/v2/user/info?user_id=${ann}`, undefined, key);
    for (const key of [undefined, keyOf(ann), keyOf(tia)]) {
      const { status, body } = await ask(key);
      expect([status, body]).toMatchObject([200, { user_id: ann, user_email: `${ann}@example.com`, teams: [crew], spend: 0 }]);
      expect(Object.keys(body)).not.toContain('password');
    }
    expect((await ask(keyOf(bob))).status).toBe(404);
    expect((await api('GET', '/v2/user/info', undefined, keyOf(bob))).body).toMatchObject({ user_id: bob });
    expect((await api('GET', '/v2/user/info?user_id=nobody')).status).toBe(404);
  });

  test('the keys of a team are changed at once, within what may be said of them all', async () => {
    const made = await Promise.all([1, 2].map(() => api('POST', '/key/generate', { team_id: crew, max_budget: 3 })));
    const [one = '', two = ''] = made.map(({ body }) => String(body['key']));
    const elsewhere = String((await api('POST', '/key/generate', { team_id: other })).body['key']);
    const update = (body: object, key?: string): ReturnType<typeof api> =>
      api('POST', '/team/key/bulk_update', { team_id: crew, update_fields: { rpm_limit: 4 }, ...body }, key);
    expect(await update({ key_ids: [one, one, elsewhere] }, keyOf(tia))).toMatchObject({
      status: 200,
      body: {
        total_requested: 2,
        successful_updates: [{ key: one, key_info: { rpm_limit: 4, max_budget: 3, team_id: crew } }],
        failed_updates: [{ key: elsewhere, failed_reason: expect.stringContaining(`Key not found in team ${crew}`) }],
      },
    });
    expect((await api('POST', '/key/block', { key: two })).status).toBe(200);
    const { body } = await update({ all_keys_in_team: true, update_fields: { tpm_limit: 9 } });
    expect(body).toMatchObject({ failed_updates: [] });
    const changed = await at.database.ask((database) => tables.keys.list(database, { team_id: crew }, { sortBy: 'token', limit: 100 }));
    expect(changed.find(({ token }) => token === hashKey(one))?.tpm_limit).toBe(9);
    expect(changed.find(({ token }) => token === hashKey(two))?.tpm_limit).toBeNull();
    expect((await update({ key_ids: [one], all_keys_in_team: true })).status).toBe(422);
    expect((await update({})).status).toBe(422);
    expect(await update({ key_ids: [one], update_fields: { models: ['chat'] } })).toMatchObject({ status: 422 });
    expect((await update({ key_ids: [one], update_fields: {} })).status).toBe(422);
    expect((await update({ key_ids: [one] }, keyOf(bob))).status).toBe(403);
  });

  test('what a key has spent is set back, and its windows begin anew', async () => {
    const made = await api('POST', '/key/generate', {
      user_id: ann,
      max_budget: 4,
      budget_limits: [{ budget_duration: '1d', max_budget: 1 }],
    });
    const key = String(made.body['key']);
    const token = hashKey(key);
    await at.database.ask((database) => tables.keys.update(database, { token }, { spend: 5 }));
    expect((await api('POST', `/key/${token}/reset_spend`, { reset_to: 4.5 })).status).toBe(400);
    expect((await api('POST', `/key/${token}/reset_spend`, { reset_to: 0 }, keyOf(ann))).status).toBe(403);
    expect((await api('POST', '/key/nothing/reset_spend', { reset_to: 0 })).status).toBe(404);
    const before = Date.now();
    expect(await api('POST', `/key/${key}/reset_spend`, { reset_to: 1 })).toMatchObject({
      status: 200,
      body: { key_hash: token, spend: 1, previous_spend: 5, max_budget: 4 },
    });
    const row = await at.database.ask((database) => tables.keys.find(database, { token }));
    const [window] = (row?.budget_limits ?? []) as { reset_at: string }[];
    expect(Date.parse(window?.reset_at ?? '')).toBeGreaterThanOrEqual(before + 86_400_000);
    await at.database.ask((database) => tables.keys.update(database, { token }, { budget_limits: null }));
    expect((await chat(key)).status).toBe(200);
  });
});

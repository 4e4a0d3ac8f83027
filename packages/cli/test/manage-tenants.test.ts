import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';

describeManaged((at) => {
  const { lane, api, chat } = at;
  const [crew, other, ann, bob, tia] = namesOf(lane, 'crew', 'other', 'ann', 'bob', 'tia');
  let keyOf: (user: string) => string;

  beforeAll(async () => {
    keyOf = await makeUsers(api, [ann, bob, tia]);
    const members = [
      { role: 'admin', user_id: tia },
      { role: 'user', user_id: ann },
    ];
    expect(
      await api('POST', '/team/new', {
        team_id: crew,
        team_alias: 'Crew',
        models: ['chat'],
        members_with_roles: members,
        tpm_limit: 500_000,
      }),
    ).toMatchObject({
      status: 200,
      body: {
        team_id: crew,
        team_alias: 'Crew',
        models: ['chat'],
        tpm_limit: 500_000,
        blocked: false,
        members_with_roles: [{ user_id: tia, role: 'admin' }, { user_id: ann }],
      },
    });
    expect((await api('POST', '/team/new', { team_id: other, members_with_roles: [{ role: 'user', user_id: bob }] })).status).toBe(200);
  }, 60_000);

  test('a team’s limits are its keys’ limits, from the next call on', async () => {
    const made = await api('POST', '/key/generate', { team_id: crew });
    const key = String(made.body['key']);
    expect((await chat(key)).status).toBe(200);
    expect((await chat(key, { model: 'messages' })).body).toMatchObject({ error: { type: 'team_model_access_denied' } });
    expect(await api('POST', '/team/model/add', { team_id: crew, models: ['messages'] })).toMatchObject({
      body: { models: ['chat', 'messages'] },
    });
    expect((await chat(key, { model: 'messages' })).status).toBe(200);
    expect(await api('POST', '/team/model/delete', { team_id: crew, models: ['messages'] })).toMatchObject({ body: { models: ['chat'] } });
    expect((await api('POST', '/team/model/delete', { team_id: crew, models: ['chat'] })).status).toBe(400);
    expect((await chat(key, { model: 'messages' })).status).toBe(403);
    expect(
      await api('POST', '/team/update', { team_id: crew, model_aliases: { ours: 'chat' }, metadata: { a: 1 }, tags: ['t'] }),
    ).toMatchObject({
      body: { team_id: crew, data: { metadata: { a: 1, tags: ['t'] } } },
    });
    expect((await chat(key, { model: 'ours' })).status).toBe(200);
    expect((await api('POST', '/team/block', { team_id: crew })).body).toMatchObject({ blocked: true });
    expect((await chat(key)).status).toBe(401);
    expect((await api('POST', '/team/unblock', { team_id: crew }, keyOf(tia))).body).toMatchObject({ blocked: false });
    expect((await chat(key)).status).toBe(200);
  });

  test('members come, change and go with their keys', async () => {
    const added = await api(
      'POST',
      '/team/member_add',
      { team_id: crew, member: { role: 'user', user_id: bob }, max_budget_in_team: 2 },
      keyOf(tia),
    );
    expect(added).toMatchObject({ status: 200, body: { updated_users: [{ user_id: bob, teams: expect.arrayContaining([crew]) }] } });
    expect(JSON.stringify(added.body)).not.toContain('"password":');
    expect(await api('POST', '/team/member_add', { team_id: crew, member: [{ role: 'user', user_id: bob }] })).toMatchObject({
      status: 400,
    });
    expect(await api('POST', '/team/member_add', { team_id: crew, member: { role: 'boss', user_id: bob } })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'literal_error', msg: "Input should be 'admin' or 'user'" }] },
    });
    const theirs = await api('POST', '/key/generate', { team_id: crew, user_id: bob });
    const key = String(theirs.body['key']);
    expect(await api('POST', '/team/member_update', { team_id: crew, user_id: bob, max_budget_in_team: 0 })).toMatchObject({
      body: { user_id: bob, max_budget_in_team: 0 },
    });
    expect((await chat(key)).body).toMatchObject({ error: { type: 'budget_exceeded' } });
    await api('POST', '/team/member_update', { team_id: crew, user_id: bob, max_budget_in_team: 9, role: 'admin' });
    expect((await chat(key)).status).toBe(200);
    const info = await api('GET', `/team/info?team_id=${crew}`);
    expect(info.body).toMatchObject({
      team_id: crew,
      team_info: {
        team_alias: 'Crew',
        members_with_roles: expect.arrayContaining([expect.objectContaining({ user_id: bob, role: 'admin' })]),
        caller_edit_access: { kind: 'unrestricted' },
      },
      team_memberships: expect.arrayContaining([
        expect.objectContaining({
          user_id: bob,
          budget_source: 'custom',
          litellm_budget_table: expect.objectContaining({ max_budget: 9 }),
        }),
        expect.objectContaining({ user_id: tia, budget_source: 'none' }),
      ]),
    });
    expect((await api('GET', `/team/info?team_id=${crew}`, undefined, keyOf(tia))).body).toMatchObject({
      team_info: { caller_edit_access: { kind: 'team_admin', editable_fields: ['tags', 'team_alias'] } },
    });
    expect((await api('GET', `/team/info?team_id=${crew}`, undefined, keyOf(ann))).body).toMatchObject({
      team_info: { caller_edit_access: { kind: 'none' } },
    });
    expect((await api('POST', '/team/member_delete', { team_id: crew, user_id: bob }, keyOf(tia))).status).toBe(200);
    expect((await chat(key)).status).toBe(401);
    expect(await api('POST', '/team/member_delete', { team_id: crew, user_id: bob })).toStrictEqual({
      status: 400,
      body: { detail: { error: 'User not found in team' } },
    });
  });

  test('a team is seen and changed by those whose it is; nobody lifts his own limits', async () => {
    for (const path of [
      `/team/info?team_id=${other}`,
      `/team/list?user_id=${bob}`,
      `/v2/team/list?user_id=${bob}`,
      `/user/info?user_id=${bob}`,
    ]) {
      expect([path, (await api('GET', path, undefined, keyOf(ann))).status]).toStrictEqual([path, expect.toBeOneOf([401, 403])]);
    }
    expect((await api('GET', '/team/list', undefined, keyOf(ann))).body).toMatchObject([{ team_id: crew }]);
    expect((await api('GET', '/v2/team/list', undefined, keyOf(ann))).body).toMatchObject({
      teams: [{ team_id: crew }],
      total: 1,
      page: 1,
      total_pages: 1,
    });
    expect((await api('GET', '/user/list', undefined, keyOf(ann))).status).toBe(403);
    expect(await api('POST', '/team/new', {}, keyOf(ann))).toMatchObject({
      status: 401,
      body: { error: { type: 'auth_error', code: '401' } },
    });
    const before = await at.database.ask((connection) =>
      tables.teams.list(connection, { team_id: { in: [crew, other] } }, { sortBy: 'team_id', limit: 9 }),
    );
    const tries: readonly [string, JsonObject][] = [
      ['/team/new', { team_id: `own-${lane}` }],
      ['/team/update', { team_id: other, team_alias: 'mine' }],
      ['/team/delete', { team_ids: [other] }],
      ['/team/block', { team_id: other }],
      ['/team/member_add', { team_id: other, member: { role: 'admin', user_id: tia } }],
      ['/team/member_delete', { team_id: other, user_id: bob }],
      ['/team/member_update', { team_id: other, user_id: bob, role: 'admin' }],
      ['/team/model/add', { team_id: other, models: ['x'] }],
      ['/team/update', { team_id: crew, max_budget: 1000 }],
      ['/team/update', { team_id: crew, models: [] }],
      ['/team/update', { team_id: crew, metadata: {} }],
      ['/team/update', { team_id: crew, organization_id: 'any' }],
      ['/team/model/add', { team_id: crew, models: ['x'] }],
      ['/team/member_update', { team_id: crew, user_id: tia, max_budget_in_team: 1000 }],
      ['/team/member_add', { team_id: crew, member: { role: 'user', user_id: `unknown-${lane}` } }],
    ];
    for (const [path, body] of tries) {
      const answer = await api('POST', path, body, keyOf(tia));
      expect([path, answer.status]).toStrictEqual([path, expect.toBeOneOf([401, 403, 404])]);
    }
    const withoutTimes = (rows: readonly object[]): object[] => rows.map((row) => ({ ...row, updated_at: 0 }));
    const after = await at.database.ask((connection) =>
      tables.teams.list(connection, { team_id: { in: [crew, other] } }, { sortBy: 'team_id', limit: 9 }),
    );
    expect(withoutTimes(after)).toStrictEqual(withoutTimes(before));
  });

  test('CVE-2026-47102: nobody writes his own row', async () => {
    for (const user_role of ['proxy_admin', 'proxy_admin_viewer']) {
      expect((await api('POST', '/user/update', { user_id: ann, user_role }, keyOf(ann))).status).toBe(401);
      expect((await api('POST', '/user/new', { user_role }, keyOf(ann))).status).toBe(401);
    }
    expect((await api('POST', '/user/bulk_update', { users: [{ user_id: ann, max_budget: 1000 }] }, keyOf(ann))).status).toBe(401);
    expect((await api('POST', '/user/delete', { user_ids: [bob] }, keyOf(ann))).status).toBe(401);
    const row = await at.database.ask((connection) => tables.users.find(connection, { user_id: ann }));
    expect(row).toMatchObject({ user_role: 'internal_user', max_budget: null });
  });

  test('users are shown, listed, changed and deleted; what they sign in with is never shown', async () => {
    await at.database.ask((connection) =>
      tables.users.update(connection, { user_id: ann }, { password: 'scrypt:canary', metadata: { scim_roles: ['canary'] } }),
    );
    expect(await api('POST', '/user/new', { user_id: ann })).toMatchObject({ status: 409 });
    const info = await api('GET', '/user/info', undefined, keyOf(ann));
    expect(info.body).toMatchObject({
      user_id: ann,
      user_info: { user_email: `${ann}@example.com` },
      keys: [{ token: hashKey(keyOf(ann)) }],
      teams: [{ team_id: crew }],
    });
    const list = await api('GET', `/user/list?user_ids=${ann}&page_size=5`);
    expect(list.body).toMatchObject({ users: [{ user_id: ann, key_count: 1 }], total: 1, page: 1, page_size: 5, total_pages: 1 });
    expect(JSON.stringify([info.body, list.body])).not.toContain('canary');
    expect(await api('POST', '/user/update', { user_id: ann, max_budget: 0 })).toMatchObject({
      body: { user_id: ann, data: { max_budget: 0 } },
    });
    expect((await chat(keyOf(ann))).body).toMatchObject({ error: { type: 'budget_exceeded' } });
    expect(await api('POST', '/user/update', { user_id: ann, user_role: 'god' })).toMatchObject({ status: 422 });
    expect(await api('POST', '/user/bulk_update', { users: [{ user_id: ann, max_budget: null }, { user_id: 'nobody' }] })).toMatchObject({
      body: { total_requested: 2, successful_updates: 1, failed_updates: 1 },
    });
    expect((await chat(keyOf(ann))).status).toBe(200);
    expect(await api('POST', '/user/delete', { user_ids: [ann] })).toStrictEqual({ status: 200, body: 1 });
    expect((await chat(keyOf(ann))).status).toBe(401);
    expect((await api('GET', `/team/info?team_id=${crew}`)).body).toMatchObject({ team_info: { members_with_roles: [{ user_id: tia }] } });
    expect((await api('GET', '/user/available_roles', undefined, keyOf(bob))).body).toMatchObject({
      proxy_admin: { ui_label: expect.any(String) },
    });
  });

  test('budgets, and customers with them', async () => {
    const budget = `b-${lane}`;
    expect(await api('POST', '/budget/new', { budget_id: budget, max_budget: 3, budget_duration: '1d' })).toMatchObject({
      status: 200,
      body: { budget_id: budget, max_budget: 3, budget_reset_at: expect.any(String) },
    });
    expect(await api('POST', '/budget/new', { budget_id: budget })).toMatchObject({
      status: 400,
      body: { detail: { error: `Budget with id '${budget}' already exists.` } },
    });
    expect(await api('POST', '/budget/info', { budgets: [budget] })).toMatchObject({ body: [{ max_budget: 3 }] });
    const [one, two] = [`one-${lane}`, `two-${lane}`];
    expect(await api('POST', '/customer/new', { user_id: one, budget_id: budget, spend: 1 })).toMatchObject({
      body: { user_id: one, litellm_budget_table: { max_budget: 3 } },
    });
    expect(await api('POST', '/end_user/new', { user_id: two, max_budget: 1, spend: 2 })).toMatchObject({
      body: { blocked: false, litellm_budget_table: { max_budget: 1 } },
    });
    expect((await chat(keyOf(bob), { user: two })).body).toMatchObject({ error: { type: 'budget_exceeded' } });
    expect((await api('POST', '/customer/update', { user_id: two, max_budget: 5 })).body).toMatchObject({
      litellm_budget_table: { max_budget: 5 },
    });
    expect((await chat(keyOf(bob), { user: two })).status).toBe(200);
    expect((await api('POST', '/customer/block', { user_ids: [one, `new-${lane}`] })).body).toMatchObject({
      blocked_users: [{ blocked: true }, { blocked: true }],
    });
    expect((await chat(keyOf(bob), { user: `new-${lane}` })).status).toBe(401);
    expect((await api('POST', '/customer/unblock', { user_ids: [one] })).status).toBe(200);
    expect((await api('GET', `/customer/info?end_user_id=${one}`)).body).toMatchObject({ blocked: false, budget_id: budget });
    expect((await api('GET', '/customer/list')).body).toEqual(expect.arrayContaining([expect.objectContaining({ user_id: two })]));
    expect((await api('POST', '/budget/update', { budget_id: budget, max_budget: 0.5 })).status).toBe(200);
    expect((await chat(keyOf(bob), { user: one })).body).toMatchObject({ error: { type: 'budget_exceeded' } });
    for (const [path, body] of [
      ['/budget/new', {}],
      ['/customer/update', { user_id: one, max_budget: 9 }],
      ['/customer/unblock', { user_ids: [`new-${lane}`] }],
    ] as const) {
      expect((await api('POST', path, body as JsonObject, keyOf(bob))).status).toBe(401);
    }
    expect((await api('POST', '/customer/delete', { user_ids: [one, two] })).body).toMatchObject({ deleted_customers: 2 });
    expect((await api('GET', `/customer/info?end_user_id=${one}`)).status).toBe(404);
    expect((await api('POST', '/budget/delete', { id: budget })).status).toBe(200);
    expect((await api('GET', '/budget/settings')).status).toBe(422);
    expect((await api('GET', '/budget/settings?budget_id=none')).body).toMatchObject(
      [
        'max_budget',
        'soft_budget',
        'max_parallel_requests',
        'tpm_limit',
        'rpm_limit',
        'tpd_limit',
        'budget_duration',
        'model_max_budget',
      ].map((name) => ({ field_name: name, field_value: null, stored_in_db: false, source: 'unset', editable: true })),
    );
  });

  test('a team goes with its keys', async () => {
    const made = await api('POST', '/key/generate', { team_id: other });
    expect((await api('POST', '/team/delete', { team_ids: [other] })).body).toStrictEqual({ deleted_teams: [other] });
    expect((await chat(String(made.body['key']))).status).toBe(401);
    expect((await api('GET', `/team/info?team_id=${other}`)).status).toBe(404);
  });
});

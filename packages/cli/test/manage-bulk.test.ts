import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { useCrew } from './support/crew.ts';
import { describeManaged, namesOf } from './support/managed-gateway.ts';

describeManaged((at) => {
  const { lane, api, chat } = at;
  const { crew, other, ann, bob, tia, zed, keyOf } = useCrew(at, ['ann', 'bob']);

  const limits = (members: unknown, key?: string, team: string = crew): ReturnType<typeof api> =>
    api('POST', `/management/v1/teams/${team}/members/bulk_update`, { members } as Record<string, string>, key);
  const remove = (members: unknown, key?: string, team: string = crew): ReturnType<typeof api> =>
    api('POST', `/management/v1/teams/${team}/members/bulk_delete`, { members } as Record<string, string>, key);

  test('users are made each by himself, and everybody is told of', async () => {
    const [one, two, three] = namesOf(lane, 'one', 'two', 'three');
    const users = [
      { user_id: one, user_email: `${one}@example.com`, teams: [crew], auto_create_key: true },
      { user_id: one },
      { user_email: `${one.toUpperCase()}@example.com` },
      { user_id: ann },
      { user_id: two, teams: ['nowhere'] },
      { user_id: three, max_budget: 2 },
    ];
    const { status, body } = await api('POST', '/management/v1/users/bulk', { users });
    expect([status, body]).toMatchObject([
      200,
      {
        data: [
          { user_id: one, success: true, teams: [crew], error: null, key: expect.stringMatching(/^sk-/u) },
          { user_id: one, success: false, teams: null, key: null, error: `Duplicate user_id in request: ${one}` },
          { success: false, error: expect.stringContaining('Duplicate user_email in request') },
          { user_id: ann, success: false, error: expect.stringMatching(/already exists/u) },
          { user_id: two, success: false, error: expect.stringMatching(/nowhere/u) },
          { user_id: three, success: true, teams: [], key: null, error: null },
        ],
        meta: { total_requested: 6, created: 2, failed: 4 },
      },
    ]);
    const [first] = body['data'] as { readonly key: string }[];
    expect((await chat(first?.key ?? '')).status).toBe(200);
    expect(await at.database.ask((database) => tables.users.find(database, { user_id: two }))).toBeUndefined();
    expect(await at.database.ask((database) => tables.users.find(database, { user_id: three }))).toMatchObject({ max_budget: 2 });
    expect(await at.database.ask((database) => tables.keys.count(database, { user_id: three }))).toBe(0);
    expect(await remove([{ user_id: one }])).toMatchObject({ status: 200 });
  });

  test('what is wrong with a list is told at once, as a problem', async () => {
    const ask = (path: string, body: object): ReturnType<typeof api> =>
      api('POST', `/management/v1/${path}`, body as Record<string, string>);
    const problem = { type: 'urn:litellm:error:invalid-request-body', title: 'Invalid request body', status: 422 };
    expect(await ask('users/bulk', { users: [{ user_email: 1 }, { is_admin: true }, 'x'] })).toStrictEqual({
      status: 422,
      body: {
        ...problem,
        detail:
          'users.0.user_email: Input should be a valid string; users.1.is_admin: Extra inputs are not permitted; ' +
          'users.2: Input should be a valid dictionary or object to extract fields from',
      },
    });
    expect(await ask('users/bulk', { users: [] })).toMatchObject({ status: 422, body: problem });
    expect(await ask('users/bulk', { users: Array.from({ length: 501 }, () => ({})) })).toMatchObject({ status: 422, body: problem });
    expect(await ask('users/bulk', { users: [{}], all_users: true })).toMatchObject({ status: 422, body: problem });
    expect(await ask('users/bulk_delete', { user_ids: 'x' })).toMatchObject({ status: 422, body: problem });
    expect(await ask('users/bulk_delete?dry_run=1', { user_ids: ['x'] })).toMatchObject({
      status: 400,
      body: { type: 'urn:litellm:error:unknown-query-parameter', detail: 'Unrecognized query parameter(s): dry_run.', allowed: [] },
    });
    expect(await remove([{ user_id: ann, user_email: 'a@example.com' }, {}])).toMatchObject({ status: 422, body: problem });
    expect(await remove([{ user_id: ann }], undefined, 'nowhere')).toMatchObject({
      status: 404,
      body: { type: 'urn:litellm:error:team-not-found', status: 404 },
    });
    const answer = await fetch(`${at.url}/management/v1/teams/${crew}/members/bulk_delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf(bob)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ members: [{ user_id: ann }] }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toStrictEqual([403, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ type: 'urn:litellm:error:forbidden', title: 'Forbidden', status: 403 });
  });

  test('members get limits of their own, and a limit that is taken away is the team’s again', async () => {
    const asked = [
      { user_id: ann, max_budget_in_team: 2, rpm_limit: 9 },
      { user_id: ann, max_budget_in_team: 100 },
      { user_id: zed, max_budget_in_team: 1 },
      { user_id: tia, max_budget_in_team: 100 },
    ];
    expect(await limits(asked, keyOf(tia))).toMatchObject({
      status: 200,
      body: {
        data: [
          { user_id: ann, success: true, max_budget: 2, max_budget_source: 'member', rpm_limit: 9 },
          { user_id: ann, success: false, error: 'Duplicate member in request' },
          { user_id: zed, success: false, error: 'User not found in team' },
          { user_id: tia, success: false, error: expect.stringMatching(/your own membership/u) },
        ],
      },
    });
    const budgetOf = async (user: string): Promise<unknown> =>
      (await api('GET', `/team/${crew}/members/me`, undefined, keyOf(user))).body['litellm_budget_table'];
    expect(await budgetOf(ann)).toMatchObject({ max_budget: 2, rpm_limit: 9 });
    expect(await budgetOf(bob)).toMatchObject({ max_budget: 5, rpm_limit: null });
    expect(await limits([{ user_id: ann, max_budget_in_team: null }])).toMatchObject({
      body: { data: [{ max_budget: null, max_budget_source: null, rpm_limit: 9 }] },
    });
    expect(await limits([{ user_id: ann, rpm_limit: null }])).toMatchObject({
      body: { data: [{ max_budget: 5, max_budget_source: 'team_default', rpm_limit: null }] },
    });
    expect(
      (
        await limits([
          { user_id: ann, max_budget_in_team: -1 },
          { user_id: bob, rpm_limit: 1 },
        ])
      ).status,
    ).toBe(422);
    expect((await limits([{ user_id: bob, rpm_limit: 1, budget_duration: 'soon' }])).status).toBe(422);
    expect(await budgetOf(bob)).toMatchObject({ rpm_limit: null });
    expect((await limits([{ user_id: bob, rpm_limit: 1 }], keyOf(ann))).status).toBe(403);
  });

  test('a budget that two members were given together is changed for one of them alone', async () => {
    const members = [bob, zed].map((user_id) => ({ role: 'user', user_id }));
    expect((await api('POST', '/team/bulk_member_add', { team_id: other, members, max_budget_in_team: 3 })).status).toBe(200);
    expect(await limits([{ user_id: zed, max_budget_in_team: 50 }], undefined, other)).toMatchObject({
      body: { data: [{ user_id: zed, max_budget: 50 }] },
    });
    const { body } = await api('GET', `/team/${other}/members/me`, undefined, keyOf(bob));
    expect(body).toMatchObject({ litellm_budget_table: { max_budget: 3 } });
  });

  test('members leave together, with their keys of the team', async () => {
    const made = await api('POST', '/key/generate', { team_id: crew, user_id: ann });
    const key = String(made.body['key']);
    expect((await chat(key)).status).toBe(200);
    const data = [
      { user_id: ann, user_email: null, success: true, error: null },
      { user_id: ann, user_email: null, success: false, error: 'Duplicate member in request' },
      { user_id: 'nobody', user_email: null, success: false, error: 'User not found in team' },
    ];
    expect((await remove([{ user_id: ann }], keyOf(ann))).status).toBe(403);
    expect(await remove([{ user_id: ann }, { user_id: ann }, { user_id: 'nobody' }], keyOf(tia))).toStrictEqual({
      status: 200,
      body: { data },
    });
    expect((await chat(key)).status).toBe(401);
    expect((await chat(keyOf(ann))).status).toBe(200);
    expect((await at.database.ask((database) => tables.users.find(database, { user_id: ann })))?.teams).toStrictEqual([]);
    expect(await at.database.ask((database) => tables.teamMemberships.count(database, { user_id: ann, team_id: crew }))).toBe(0);
  });

  test('users are deleted together, with their keys, places and invitations', async () => {
    expect((await api('POST', '/invitation/new', { user_id: bob })).status).toBe(200);
    const ids = [bob, zed, bob, 'nobody'];
    expect(await api('POST', '/management/v1/users/bulk_delete', { user_ids: ids })).toMatchObject({
      status: 200,
      body: {
        data: [
          { user_id: bob, user_email: `${bob}@example.com`, success: true, teams_removed: [crew, other], error: null },
          { user_id: zed, success: true, teams_removed: [other] },
          { user_id: bob, success: false, error: `Duplicate user_id in request: ${bob}` },
          { user_id: 'nobody', success: false, error: 'User id=nobody not found', teams_removed: [] },
        ],
      },
    });
    for (const user of [bob, zed]) {
      expect((await chat(keyOf(user))).status).toBe(401);
      expect(await at.database.ask((database) => tables.keys.find(database, { token: hashKey(keyOf(user)) }))).toBeUndefined();
    }
    const team = await api('GET', `/team/info?team_id=${crew}`);
    expect(JSON.stringify(team.body)).not.toContain(bob);
    expect((await api('POST', '/user/delete', { user_ids: [ann, 'nobody'] })).status).toBe(404);
    expect((await chat(keyOf(ann))).status).toBe(200);
  });
});

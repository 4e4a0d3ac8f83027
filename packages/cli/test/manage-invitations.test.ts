import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';

describeManaged((at) => {
  const { lane, api } = at;
  const [ann, bob, crew] = namesOf(lane, 'ann', 'bob', 'crew');
  let keyOf: (user: string) => string;

  beforeAll(async () => {
    keyOf = await makeUsers(api, [ann, bob]);
    const members_with_roles = [
      { role: 'admin', user_id: ann },
      { role: 'user', user_id: bob },
    ];
    expect((await api('POST', '/team/new', { team_id: crew, members_with_roles })).status).toBe(200);
  }, 60_000);

  test('an invitation is made for a user, taken up by him alone, and deleted', async () => {
    const made = await api('POST', '/invitation/new', { user_id: ann });
    const id = String(made.body['id']);
    expect(made).toMatchObject({ status: 200, body: { user_id: ann, is_accepted: false, accepted_at: null } });
    const { created_at: created, expires_at: expires } = made.body;
    expect(Date.parse(String(expires)) - Date.parse(String(created))).toBe(7 * 86_400_000);
    const accept = (key?: string): ReturnType<typeof api> =>
      api('POST', '/invitation/update', { invitation_id: id, is_accepted: true }, key);
    expect((await accept(keyOf(bob))).status).toBe(400);
    expect((await api('GET', `/invitation/info?invitation_id=${id}`)).body).toMatchObject({ is_accepted: false });
    expect((await accept(keyOf(ann))).body).toMatchObject({ is_accepted: true, updated_by: ann, accepted_at: expect.any(String) });
    expect((await api('POST', '/invitation/new', { user_id: 'nobody' })).status).toBe(400);
    expect((await api('POST', '/invitation/new', { user_id: bob }, keyOf(bob))).status).toBe(401);
    expect((await api('GET', '/invitation/info')).status).toBe(422);
    expect((await api('GET', '/invitation/info?invitation_id=x')).status).toBe(400);
    expect((await api('POST', '/invitation/delete', { invitation_id: id })).body).toMatchObject({ id });
    expect((await api('POST', '/invitation/delete', { invitation_id: id })).status).toBe(400);
  });

  test('whom a team’s calls are told to is shown without secrets to who manages it, and taken away', async () => {
    const entry = (callback_name: string, callback_type: string): JsonObject => ({
      callback_name,
      callback_type,
      callback_vars: { [`${callback_name}_secret_key`]: 'canary', [`${callback_name}_project`]: 'p' },
    });
    const metadata = { a: 1, logging: [entry('langfuse', 'success'), entry('langsmith', 'success_and_failure')] };
    await at.database.ask((connection) => tables.teams.update(connection, { team_id: crew }, { metadata }));
    const path = `/team/${crew}/callback`;
    const shown = await api('GET', path, undefined, keyOf(ann));
    expect(shown).toMatchObject({
      status: 200,
      body: {
        data: {
          success_callbacks: ['langfuse', 'langsmith'],
          failure_callbacks: ['langsmith'],
          callback_vars: { langfuse_secret_key: '****', langfuse_project: 'p' },
        },
      },
    });
    expect(JSON.stringify(shown.body)).not.toContain('canary');
    for (const [method, route] of [
      ['GET', path],
      ['DELETE', `${path}/langfuse`],
      ['POST', `/team/${crew}/disable_logging`],
    ] as const) {
      expect([method, (await api(method, route, undefined, keyOf(bob))).status]).toStrictEqual([method, 403]);
    }
    expect((await api('DELETE', `${path}/langfuse`, undefined, keyOf(ann))).body).toMatchObject({
      data: { success_callbacks: ['langsmith'], failure_callbacks: ['langsmith'] },
    });
    expect((await api('DELETE', `${path}/langfuse`)).status).toBe(404);
    expect((await api('POST', `/team/${crew}/disable_logging`, undefined, keyOf(ann))).body).toMatchObject({ status: 'success' });
    expect(await at.database.ask((connection) => tables.teams.find(connection, { team_id: crew }))).toMatchObject({
      metadata: { a: 1, logging: [], callback_settings: { success_callback: [], failure_callback: [] } },
    });
  });

  test('a connection is tested as it is configured, or with nothing but what was sent', async () => {
    const ask = (litellm_params: object, more: object = {}): ReturnType<typeof api> =>
      api('POST', '/health/test_connection', { litellm_params: { ...litellm_params }, ...more });
    const sent = (): readonly unknown[] => at.upstream.requests.map(({ headers }) => headers['authorization']);
    const before = sent().length;
    expect((await ask({ model: 'chat' })).body).toMatchObject({ status: 'success', result: { model: 'openai/gpt-4o' } });
    expect(sent().slice(before)).toStrictEqual(['Bearer key-of-chat']);
    const own = { model: 'openai/gpt-4o', api_base: `${at.upstreamUrl}/v1` };
    // The gateway's key for the same model goes to no host that a caller names.
    expect((await ask({ ...own, api_key: 'sent' })).body).toMatchObject({ status: 'success' });
    expect((await ask(own)).status).toBe(200);
    expect(sent().slice(before + 1)).toStrictEqual(['Bearer sent', undefined]);
    for (const params of [
      { ...own, api_key: 'os.environ/HOME' },
      { ...own, api_key: 'x', litellm_credential_name: 'of-the-gateway' },
      { model: 'of-nobody' },
      { ...own, api_base: 'file:///etc/passwd' },
      {},
    ]) {
      expect([params, (await ask(params)).status]).toStrictEqual([params, 400]);
    }
    expect(sent().length).toBe(before + 3);
  });
});

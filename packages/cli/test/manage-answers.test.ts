import { expect, test } from 'vitest';
import { describeManaged, namesOf } from './support/managed-gateway.ts';

describeManaged(({ lane, api }) => {
  const [team, lone, member, client] = namesOf(lane, 'answers', 'answers-lone', 'answers-user', 'answers-client');
  const missing = namesOf(lane, 'answers-missing')[0];

  test('a team is answered with its names for models, its members’ budgets and how many there are of each', async () => {
    const aliases = { litellm_model_table: { model_aliases: { 'gpt-x': 'chat' } } };
    const body = { team_id: team, models: ['chat'], model_aliases: { 'gpt-x': 'chat' } };
    expect(await api('POST', '/team/new', body)).toMatchObject({ status: 200, body: aliases });
    expect((await api('POST', '/team/new', { team_id: lone })).body).toMatchObject({
      litellm_model_table: null,
      members_with_roles: [],
    });
    expect((await api('POST', '/team/update', { team_id: team, max_budget: 5 })).body).toMatchObject({ data: aliases });
    expect((await api('POST', '/team/model/add', { team_id: team, models: ['messages'] })).body).toMatchObject(aliases);

    const add = { team_id: team, member: { role: 'user', user_id: member }, max_budget_in_team: 3 };
    const budgeted = { user_id: member, litellm_budget_table: { max_budget: 3 } };
    expect((await api('POST', '/team/member_add', add)).body).toMatchObject({ updated_team_memberships: [budgeted] });
    await api('POST', '/key/generate', { team_id: team });
    expect((await api('GET', `/team/list?user_id=${member}`)).body).toMatchObject([{ ...aliases, team_memberships: [budgeted] }]);
    const page = (await api('GET', `/v2/team/list?team_id=${team}`)).body;
    expect(page).toMatchObject({ teams: [{ ...aliases, members_count: 1, keys_count: 1 }], total: 1 });
    const other = (await api('GET', `/v2/team/list?team_id=${lone}`)).body;
    expect(other).toMatchObject({ teams: [{ litellm_model_table: null, members_count: 0, keys_count: 0 }] });
  });

  test('a key of no type says that it is of the default one', async () => {
    const made = await api('POST', '/key/generate', {});
    expect(made.body).toMatchObject({ key_type: 'default' });
    expect((await api('GET', `/key/info?key=${String(made.body['key'])}`)).body).toMatchObject({ info: { key_type: 'default' } });
    expect((await api('POST', '/key/generate', { key_type: 'llm_api' })).body).toMatchObject({ key_type: 'llm_api' });
  });

  test('the key of a new user leaves his limits to him', async () => {
    const [user] = namesOf(lane, 'answers-limited');
    const { key } = (await api('POST', '/user/new', { user_id: user, models: ['chat'], rpm_limit: 7 })).body;
    expect((await api('GET', `/key/info?key=${String(key)}`)).body).toMatchObject({ info: { models: [], rpm_limit: null, user_id: user } });
  });

  test('refusals have the status, the envelope, the type and the parameter that scripts look at', async () => {
    await api('POST', '/customer/new', { user_id: client });
    expect((await api('POST', '/customer/delete', { user_ids: [client] })).body).toMatchObject({
      message: `Successfully deleted customers with ids: ['${client}']`,
    });
    const error = (code: number, type: string, param: string | null): object => ({ error: { type, param, code: String(code) } });
    const calls = [
      ['POST', '/team/member_add', { team_id: team, member: { role: 'user', user_id: member } }],
      ['GET', `/customer/info?end_user_id=${missing}`],
      ['POST', '/customer/update', { user_id: missing, blocked: true }],
      ['POST', '/customer/delete', { user_ids: [missing] }],
      ['POST', '/key/delete', {}],
      ['POST', '/user/delete', { user_ids: [missing] }],
      ['POST', '/key/service-account/generate', { team_id: missing }],
      ['POST', '/budget/new', { max_budget: 1, budget_duration: 'soon' }],
    ] as const;
    const answers = [];
    for (const [method, path, body] of calls) answers.push(await api(method, path, body));
    expect(answers).toMatchObject([
      { status: 400, body: error(400, 'team_member_already_in_team', 'member') },
      { status: 404, body: error(404, 'not_found', 'end_user_id') },
      { status: 404, body: error(404, 'not_found', 'user_id') },
      { status: 404, body: error(404, 'not_found', 'user_ids') },
      { status: 422, body: { detail: [{ type: 'value_error', loc: ['body'] }] } },
      { status: 404, body: { detail: { error: `User not found, passed user_id=${missing}` } } },
      { status: 400, body: { detail: expect.stringContaining('team_id does not exist') } },
      { status: 400, body: { detail: { error: expect.stringContaining("Invalid budget_duration 'soon'") } } },
    ]);
  });
});

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

  test('rows show the relations that the reference does not read, as null', async () => {
    const [crew, user, budget] = namesOf(lane, 'related', 'related-user', 'related-budget');
    const ofKey = {
      litellm_budget_table: null,
      litellm_organization_table: null,
      litellm_project_table: null,
      object_permission: null,
      jwt_key_mappings: null,
    };
    const ofTeam = { litellm_organization_table: null, litellm_model_table: null, object_permission: null, projects: null };
    const inList = { organization_memberships: null, object_permission: null };
    const ofUser = { ...inList, verified_subjects: null, litellm_organization_table: null, invitations_user: null };
    const ofBudget = { organization: null, keys: null, tags: null, team_membership: null };
    await api('POST', '/user/new', { user_id: user, user_alias: 'Rel', auto_create_key: false });
    expect((await api('POST', '/team/new', { team_id: crew })).body).toMatchObject({ object_permission: null });
    const added = await api('POST', '/team/member_add', { team_id: crew, member: { role: 'user', user_id: user } });
    expect(added.body).toMatchObject({ litellm_model_table: null, object_permission: null, updated_users: [inList] });
    const made = await api('POST', '/key/generate', { team_id: crew, user_id: user, key_alias: `alias-${user}` });
    const [key, token] = [String(made.body['key']), made.body['token_id']];
    expect((await api('GET', `/key/info?key=${key}`)).body).toMatchObject({ info: ofKey });
    expect((await api('POST', '/key/update', { key, metadata: {} })).body).toMatchObject(ofKey);
    expect((await api('GET', `/team/info?team_id=${crew}`)).body).toMatchObject({
      team_info: { members_with_roles: [{ user_id: user, user_alias: 'Rel' }], access_group_models: null, organization_models: null },
      keys: [{ token, ...ofKey }],
    });
    expect((await api('GET', `/user/info?user_id=${user}`)).body).toMatchObject({
      user_info: { ...ofUser, organization_memberships: [] },
      keys: [{ token, ...ofKey }],
      teams: [{ team_id: crew, litellm_model_table: null, keys: [{ token }], team_memberships: [{ user_id: user }] }],
    });
    expect((await api('GET', `/user/list?user_ids=${user}`)).body).toMatchObject({ users: [inList] });
    expect((await api('POST', '/user/update', { user_id: user, user_alias: 'Rel' })).body).toMatchObject({ data: ofUser });
    for (const path of ['/team/block', '/team/unblock']) expect((await api('POST', path, { team_id: crew })).body).toMatchObject(ofTeam);
    expect((await api('POST', '/budget/new', { budget_id: budget, max_budget: 1 })).body).toMatchObject(ofBudget);
    expect((await api('POST', '/budget/info', { budgets: [budget] })).body).toMatchObject([ofBudget]);
    const spenders = (await api('GET', `/spend/users?user_id=${user}`)).body;
    expect(spenders).toMatchObject([{ user_id: user, key_aliases: [`alias-${user}`] }]);
  });

  test('a team shows what its access groups hold, and who manages it the models of its organisation', async () => {
    const [crew, organization] = namesOf(lane, 'grouped', 'grouped-organization');
    await api('POST', '/organization/new', { organization_id: organization, organization_alias: organization, models: ['chat'] });
    const group = await api('POST', '/v1/access_group', { access_group_name: `group-${lane}`, access_model_names: ['chat'] });
    const id = String(group.body['access_group_id']);
    await api('POST', '/team/new', { team_id: crew, organization_id: organization, models: ['chat'], access_group_ids: [id] });
    const groups = { access_group_models: ['chat'], access_group_mcp_server_ids: [], access_group_agent_ids: [] };
    expect((await api('GET', `/team/info?team_id=${crew}`)).body).toMatchObject({
      team_info: { ...groups, access_group_details: [{ access_group_id: id, models: ['chat'] }], organization_models: ['chat'] },
    });
    expect((await api('GET', `/v2/team/list?team_id=${crew}`)).body).toMatchObject({ teams: [groups] });
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
      ['POST', '/budget/delete', { id: missing }],
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
      { status: 200, body: null },
    ]);
  });
});

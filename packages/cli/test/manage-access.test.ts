import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';

describeManaged(
  (at) => {
    const { lane, api, chat } = at;
    const [team, other, member, stranger] = namesOf(lane, 'team', 'other', 'member', 'stranger');
    let ofMember: string;
    let ofStranger: string;

    beforeAll(async () => {
      const keyOf = await makeUsers(api, [member, stranger]);
      [ofMember, ofStranger] = [keyOf(member), keyOf(stranger)];
      const crew = { team_id: team, models: ['chat'], max_budget: 10, members_with_roles: [{ role: 'admin', user_id: member }] };
      expect((await api('POST', '/team/new', crew)).status).toBe(200);
      expect((await api('POST', '/team/new', { team_id: other })).status).toBe(200);
    }, 60_000);

    /** Each is refused with its status; nothing of it is done. */
    const refused = async (tries: readonly (readonly [string, string, JsonObject | undefined, number, string?])[]): Promise<void> => {
      for (const [method, path, body, status, key] of tries) {
        expect([method, path, (await api(method, path, body, key)).status]).toStrictEqual([method, path, status]);
      }
    };

    test('a project is made in its team’s limits, used, blocked, shown to its team, and deleted when no key has it', async () => {
      const project = `p-${lane}`;
      const made = await api('POST', '/project/new', {
        project_id: project,
        project_alias: 'Alpha',
        team_id: team,
        models: ['chat'],
        max_budget: 5,
        tags: ['a'],
        metadata: { case: 1 },
      });
      expect(made).toMatchObject({
        status: 200,
        body: {
          project_id: project,
          team_id: team,
          metadata: { case: 1, tags: ['a'] },
          blocked: false,
          litellm_budget_table: { max_budget: 5 },
        },
      });
      const key = String((await api('POST', '/key/generate', { project_id: project, team_id: team })).body['key']);
      expect((await chat(key)).status).toBe(200);
      expect((await api('POST', '/project/update', { project_id: project, blocked: true })).body).toMatchObject({ blocked: true });
      expect((await chat(key)).status).toBe(401);
      const changed = await api('POST', '/project/update', { project_id: project, blocked: false, max_budget: 0, tags: null });
      expect(changed.body).toMatchObject({ metadata: { case: 1 }, litellm_budget_table: { max_budget: 0 } });
      expect((await chat(key)).body).toMatchObject({ error: { type: 'budget_exceeded' } });
      expect((await api('GET', `/project/info?project_id=${project}`, undefined, ofMember)).body).toMatchObject({ project_alias: 'Alpha' });
      expect((await api('GET', '/project/list', undefined, ofMember)).body).toMatchObject([{ project_id: project }]);
      expect((await api('GET', '/project/list', undefined, ofStranger)).body).toStrictEqual([]);
      await refused([
        ['POST', '/project/new', { team_id: team, models: ['messages'] }, 400],
        ['POST', '/project/new', { team_id: team, max_budget: 11 }, 400],
        ['POST', '/project/new', { team_id: team, max_budget: 1, soft_budget: 2 }, 400],
        ['POST', '/project/new', { team_id: 'nowhere' }, 404],
        ['POST', '/project/new', { team_id: team, project_id: project }, 400],
        ['POST', '/project/new', {}, 422],
        ['POST', '/project/update', { project_id: project, max_budget: 11 }, 400],
        ['POST', '/project/update', { project_id: 'nowhere' }, 404],
        ['GET', '/project/info', undefined, 422],
        ['GET', '/project/info?project_id=nowhere', undefined, 404],
        ['GET', `/project/info?project_id=${project}`, undefined, 403, ofStranger],
        ['GET', '/project/info?project_id=nowhere', undefined, 403, ofStranger],
        ['POST', '/project/update', { project_id: project, max_budget: 9 }, 401, ofMember],
        ['DELETE', '/project/delete', { project_ids: [project] }, 400],
      ]);
      await api('POST', '/key/delete', { keys: [key] });
      expect((await api('DELETE', '/project/delete', { project_ids: [project] })).body).toMatchObject([{ project_id: project }]);
    });

    test('limits that are sent with the name of a budget are nobody’s, unless it is the one that there is', async () => {
      const [named, other] = [`named-${lane}`, `other-${lane}`];
      for (const budget_id of [named, other]) expect((await api('POST', '/budget/new', { budget_id, max_budget: 1 })).status).toBe(200);
      const limitsOf = async (): Promise<unknown> => (await api('POST', '/budget/info', { budgets: [named] })).body;
      for (const [kind, fields] of [
        ['tag', { name: `budgeted-${lane}` }],
        ['customer', { user_id: `budgeted-${lane}` }],
      ] as const) {
        await refused([['POST', `/${kind}/new`, { ...fields, budget_id: named, max_budget: 5 }, 400]]);
        // As forms send what was left empty.
        expect((await api('POST', `/${kind}/new`, { ...fields, budget_id: named, max_budget: null })).status).toBe(200);
        expect(await limitsOf()).toMatchObject([{ max_budget: 1 }]);
        await refused([['POST', `/${kind}/update`, { ...fields, budget_id: other, max_budget: 5 }, 400]]);
        expect((await api('POST', `/${kind}/update`, { ...fields, budget_id: named, max_budget: 5 })).status).toBe(200);
        expect(await limitsOf()).toMatchObject([{ max_budget: 5 }]);
        expect((await api('POST', `/${kind}/update`, { ...fields, budget_id: other })).status).toBe(200);
        await api('POST', '/budget/update', { budget_id: named, max_budget: 1 });
      }
      await api('POST', '/tag/delete', { name: `budgeted-${lane}` });
      await api('POST', '/customer/delete', { user_ids: [`budgeted-${lane}`] });
    });

    test('a tag marks the deployments that it names; a limit on it that nobody would hold is refused', async () => {
      const [id, name] = [`tagged-${lane}`, `t-${lane}`];
      await api('POST', '/model/new', { model_name: id, litellm_params: { model: 'openai/x' }, model_info: { id } });
      expect(await api('POST', '/tag/new', { name, description: 'Free', models: [id] })).toMatchObject({
        status: 200,
        body: { message: `Tag ${name} created successfully`, tag: { name, models: [id], model_info: { [id]: id } } },
      });
      const row = await at.database.ask((connection) => tables.models.find(connection, { model_id: id }));
      expect(row).toMatchObject({ litellm_params: { tags: [name] } });
      expect((await api('POST', '/tag/update', { name, description: 'Paid' })).body).toMatchObject({
        tag: { description: 'Paid', models: [] },
      });
      expect((await api('POST', '/tag/info', { names: [name] })).body).toMatchObject({ [name]: { name, created_by: 'default_user_id' } });
      expect((await api('GET', '/tag/list')).body).toEqual(expect.arrayContaining([expect.objectContaining({ name })]));
      await refused([
        ['POST', '/tag/new', { name }, 400],
        ['POST', '/tag/new', { name: `limited-${lane}`, tpm_limit: 1 }, 400],
        ['POST', '/tag/new', { name: `limited-${lane}`, budget_id: 'nowhere' }, 400],
        ['POST', '/tag/new', { name: `limited-${lane}`, max_budget: -1 }, 400],
        ['POST', '/tag/new', { name: `lost-${lane}`, models: ['nowhere'] }, 404],
        ['POST', '/tag/update', { name: 'nowhere' }, 404],
        ['POST', '/tag/update', { name, rpm_limit: 1 }, 400],
        ['POST', '/tag/info', { names: ['nowhere'] }, 404],
        ['POST', '/tag/new', { name: `own-${lane}` }, 401, ofMember],
      ]);
      expect((await api('POST', '/tag/delete', { name })).body).toStrictEqual({ message: `Tag ${name} deleted successfully` });
      expect((await api('POST', '/tag/delete', { name })).status).toBe(404);
      expect(
        await at.database.ask((connection) => tables.tags.count(connection, { tag_name: { in: [`limited-${lane}`, `lost-${lane}`] } })),
      ).toBe(0);
    });

    test('an access group opens its models to its keys and teams, from the next call on, and closes them', async () => {
      const key = String((await api('POST', '/key/generate', { models: ['chat'] })).body['key']);
      const ofTeam = String((await api('POST', '/key/generate', { team_id: team })).body['key']);
      const calls = async (): Promise<readonly number[]> =>
        Promise.all([key, ofTeam].map(async (each) => (await chat(each, { model: 'messages' })).status));
      expect(await calls()).toStrictEqual([403, 403]);
      const made = await api('POST', '/v1/access_group', {
        access_group_name: `g-${lane}`,
        access_model_names: ['messages'],
        assigned_team_ids: [team],
        assigned_key_ids: [key],
      });
      const id = String(made.body['access_group_id']);
      expect(made).toMatchObject({
        status: 201,
        body: { assigned_teams: [{ id: team, name: null }], assigned_keys: [{ name: expect.stringMatching(/^sk-/u) }], access_agents: [] },
      });
      expect(JSON.stringify(made.body)).not.toContain(key);
      expect(await calls()).toStrictEqual([200, 200]);
      // What a group gives a team it does not give a key that has less.
      const narrow = String((await api('POST', '/key/generate', { team_id: team, models: ['chat'] })).body['key']);
      expect((await chat(narrow, { model: 'messages' })).status).toBe(403);
      expect((await api('PUT', `/v1/access_group/${id}`, { assigned_team_ids: [other] })).body).toMatchObject({
        assigned_team_ids: [other],
      });
      expect(await calls()).toStrictEqual([200, 403]);
      // A group that is neither the key's nor its team's opens nothing that the team has not.
      const borrowed = String((await api('POST', '/key/generate', { team_id: team, access_group_ids: [id] })).body['key']);
      expect((await chat(borrowed, { model: 'messages' })).status).toBe(403);
      expect((await api('GET', `/v1/unified_access_group/${id}`)).body).toMatchObject({ access_group_name: `g-${lane}` });
      expect((await api('GET', '/v1/access_group')).body).toEqual(
        expect.arrayContaining([expect.objectContaining({ access_group_id: id })]),
      );
      const { body: second } = await api('POST', '/v1/access_group', { access_group_name: `k-${lane}` });
      await refused([
        ['POST', '/v1/access_group', { access_group_name: `g-${lane}` }, 409],
        ['PUT', `/v1/access_group/${String(second['access_group_id'])}`, { access_group_name: `g-${lane}` }, 409],
        ['POST', '/v1/access_group', { access_group_name: `h-${lane}`, assigned_team_ids: ['nowhere'] }, 400],
        ['POST', '/v1/access_group', { access_group_name: `h-${lane}`, access_agent_ids: ['x'] }, 400],
        ['POST', '/v1/access_group', {}, 422],
        ['PUT', '/v1/access_group/nowhere', {}, 404],
        ['GET', '/v1/access_group/nowhere', undefined, 404],
        ['PUT', `/v1/access_group/${id}`, { assigned_team_ids: [team] }, 401, ofMember],
      ]);
      expect(await api('DELETE', `/v1/access_group/${id}`)).toStrictEqual({ status: 204, body: {} });
      expect(await calls()).toStrictEqual([403, 403]);
      expect((await api('DELETE', `/v1/access_group/${id}`)).status).toBe(404);
    });

    test('a group of models is a name in the rows of its models', async () => {
      const [model, group] = [`grouped-${lane}`, `mg-${lane}`];
      for (const id of [`${model}-1`, `${model}-2`]) {
        await api('POST', '/model/new', { model_name: model, litellm_params: { model: 'openai/x' }, model_info: { id } });
      }
      expect(await api('POST', '/access_group/new', { access_group: group, model_names: [model] })).toStrictEqual({
        status: 200,
        body: { access_group: group, model_names: [model], model_ids: null, models_updated: 2 },
      });
      expect((await api('GET', `/access_group/${group}/info`)).body).toMatchObject({ model_names: [model], deployment_count: 2 });
      expect((await api('PUT', `/access_group/${group}/update`, { model_ids: [`${model}-2`] })).body).toMatchObject({ models_updated: 1 });
      const rows = await at.database.ask((connection) =>
        tables.models.list(connection, { model_name: model }, { sortBy: 'model_id', limit: 9 }),
      );
      expect(rows).toMatchObject([{ model_info: { access_groups: [] } }, { model_info: { access_groups: [group], db_model: true } }]);
      await refused([
        ['POST', '/access_group/new', { access_group: group, model_names: [model] }, 409],
        ['POST', '/access_group/new', { access_group: ' ', model_names: [model] }, 400],
        ['POST', '/access_group/new', { access_group: 'x' }, 400],
        ['POST', '/access_group/new', { access_group: 'x', model_names: ['chat'] }, 400],
        ['POST', '/access_group/new', { access_group: 'x', model_ids: ['nowhere'] }, 400],
        ['PUT', '/access_group/nowhere/update', { model_names: [model] }, 404],
        ['GET', '/access_group/nowhere/info', undefined, 404],
        ['DELETE', `/access_group/${group}/delete`, undefined, 401, ofMember],
      ]);
      expect((await api('GET', '/access_group/list')).body).toMatchObject({
        access_groups: expect.arrayContaining([expect.objectContaining({ access_group: group })]),
      });
      expect((await api('DELETE', `/access_group/${group}/delete`)).body).toMatchObject({ models_updated: 1 });
      expect((await api('DELETE', `/access_group/${group}/delete`)).status).toBe(404);
    });
  },
  { more: { general_settings: { store_model_in_db: true } } },
);

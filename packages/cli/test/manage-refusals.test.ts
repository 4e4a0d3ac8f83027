import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { expect, onTestFinished, test } from 'vitest';
import { useCrew } from './support/crew.ts';
import { configFor, startGateway } from './support/gateway.ts';
import { callerOf, describeManaged, namesOf } from './support/managed-gateway.ts';

/** A call, and the status and body that it is refused with. */
type Refused = readonly [method: string, path: string, body: JsonObject | undefined, status: number, says: JsonObject];

/** OpenAI's envelope, its code still missing. */
function openai(message: string, type = 'internal_server_error', param: string | null = null): JsonObject {
  return { error: { message, type, param } };
}

/** The same around a printed Python dict. */
function braces(error: string): JsonObject {
  return openai(`{'error': ${error.includes("'") ? `"${error}"` : `'${error}'`}}`);
}

function detail(error: JsonValue): JsonObject {
  return { detail: { error } };
}

describeManaged(
  (at) => {
    const { lane, api } = at;
    const { crew, other, ann, bob, tia, zed, keyOf } = useCrew(at, ['ann', 'bob']);
    const [stored, nobody] = namesOf(lane, 'stored', 'nobody');
    const many = (item: JsonValue): JsonValue[] => Array.from({ length: 501 }, () => item);

    async function expectAll(rows: readonly Refused[], key?: string): Promise<void> {
      for (const [method, path, body, status, { error, ...rest }] of rows) {
        const says = error === undefined ? rest : { error: { ...(error as JsonObject), code: String(status) } };
        expect([method, path, await api(method, path, body, key)]).toStrictEqual([method, path, { status, body: says }]);
      }
    }

    test('of users', async () => {
      const email = `${ann}@example.com`;
      // The first one's address ends in the second one's.
      const [longer, zoe] = [`not-zoe-${lane}@example.com`, `zoe-${lane}@example.com`];
      for (const address of [longer, zoe]) expect((await api('POST', '/user/new', { user_email: address })).status).toBe(200);
      await expectAll([
        ['POST', '/user/new', { user_email: zoe.toUpperCase() }, 409, braces(`User with email ${zoe.toUpperCase()} already exists`)],
        ['POST', '/user/new', { user_id: ann }, 409, braces(`User with id ${ann} already exists`)],
        ['POST', '/user/new', { user_email: email }, 409, braces(`User with email ${email} already exists`)],
        [
          'POST',
          '/user/new',
          { user_id: nobody, teams: [{}] },
          400,
          openai('teams: expected ids, or objects with team_id', 'bad_request_error', 'teams'),
        ],
        ['POST', '/user/update', {}, 400, braces('Either user_id or user_email must be provided')],
        ['POST', '/user/update', { user_id: nobody }, 404, braces(`User not found, passed user_id=${nobody}`)],
        ['POST', '/user/bulk_update', { users: [] }, 400, braces('No users provided for update')],
        ['POST', '/user/bulk_update', { users: many({}) }, 400, braces('Maximum 500 users can be updated at once. Found 501 users.')],
        ['GET', `/user/info?user_id=${nobody}`, undefined, 404, braces(`User ${nobody} not found`)],
        [
          'GET',
          '/user/list?sort_by=nothing',
          undefined,
          400,
          detail('Invalid sort column. Must be one of: user_id, user_email, created_at, spend, user_alias, user_role'),
        ],
        [
          'POST',
          '/invitation/new',
          { user_id: nobody },
          400,
          braces("User id does not exist in 'LiteLLM_UserTable'. Fix this by creating user via `/user/new`."),
        ],
        ['POST', '/invitation/delete', { invitation_id: nobody }, 400, detail('Invitation id does not exist in the database.')],
      ]);
      await expectAll(
        [
          [
            'GET',
            `/user/info?user_id=${bob}`,
            undefined,
            403,
            openai(`key not allowed to access this user's info. user_id=${bob}, key's user_id=${ann}`, 'auth_error'),
          ],
        ],
        keyOf(ann),
      );
    });

    test('of teams', async () => {
      await expectAll([
        ['POST', '/team/new', { team_id: crew }, 400, braces(`Team id = ${crew} already exists. Please use a different team id.`)],
        [
          'POST',
          '/team/new',
          { team_id: 'litellm-dashboard' },
          400,
          braces("team_id 'litellm-dashboard' is reserved. Please use a different team id."),
        ],
        [
          'POST',
          '/team/new',
          { soft_budget: 2, max_budget: 1.5 },
          400,
          braces('soft_budget (2.0) must be strictly lower than max_budget (1.5)'),
        ],
        ['POST', '/team/update', { team_id: nobody }, 404, braces(`Team not found, passed team_id=${nobody}`)],
        ['POST', '/team/model/add', { team_id: nobody, models: ['chat'] }, 404, detail(`Team not found, passed team_id=${nobody}`)],
        [
          'POST',
          '/team/member_add',
          { team_id: crew, member: { role: 'user' } },
          400,
          openai('Either user_id or user_email must be provided', 'bad_request_error'),
        ],
        ['POST', '/team/member_delete', { team_id: crew }, 400, detail('Either user_id or user_email needs to be passed in')],
        ['POST', '/team/member_delete', { team_id: crew, user_id: zed }, 400, detail('User not found in team')],
        [
          'POST',
          '/team/member_update',
          { team_id: crew, user_id: ann, role: 'owner' },
          422,
          { detail: [{ type: 'literal_error', loc: ['body', 'role'], msg: "Input should be 'admin' or 'user'" }] },
        ],
        ['POST', '/team/member_update', { team_id: crew, user_id: zed }, 400, detail("User id doesn't exist in team table.")],
        [
          'POST',
          '/team/bulk_member_add',
          { team_id: crew, members: many({ role: 'user', user_id: zed }) },
          400,
          detail('Maximum 500 members can be added at once'),
        ],
        ['GET', '/team/info', undefined, 422, openai("{'message': 'Malformed request. No team id passed in.'}", 'auth_error', 'None')],
        [
          'GET',
          '/v2/team/list?sort_by=nothing',
          undefined,
          400,
          detail('Invalid sort column. Must be one of: team_id, team_alias, created_at, spend, max_budget'),
        ],
        [
          'DELETE',
          `/team/${crew}/callback/langfuse`,
          undefined,
          404,
          detail(`callback_name = langfuse is not registered for team_id = ${crew}.`),
        ],
      ]);
      await expectAll(
        [
          [
            'POST',
            '/team/model/add',
            { team_id: crew, models: ['chat'] },
            403,
            detail('Only proxy admin or org admin can modify team models.'),
          ],
          [
            'POST',
            '/team/member_update',
            { team_id: crew, user_id: tia, role: 'admin' },
            403,
            detail('Cannot change your own membership. Ask a proxy admin.'),
          ],
        ],
        keyOf(tia),
      );
    });

    test('of keys', async () => {
      const own = String((await api('POST', '/key/generate', { user_id: tia, team_id: crew })).body['key']);
      await expectAll([
        ['POST', '/key/generate', { project_id: nobody }, 404, braces(`Project not found, passed project_id=${nobody}`)],
        ['POST', '/key/generate', { budget_id: nobody }, 400, braces(`Budget not found, passed budget_id=${nobody}`)],
        ['POST', '/key/generate', { organization_id: nobody }, 400, openai(`Organization not found for organization_id=${nobody}`)],
        [
          'POST',
          '/key/service-account/generate',
          { team_id: nobody },
          400,
          { detail: 'team_id does not exist in the database. Please specify a valid `team_id` in the request body.' },
        ],
        [
          'POST',
          '/key/service-account/generate',
          {},
          400,
          openai('team_id is required for service account keys. Please specify `team_id` in the request body.'),
        ],
        ['POST', '/key/update', {}, 400, openai('either key or key_alias must be provided', 'bad_request_error', 'key')],
        [
          'POST',
          '/key/update',
          { key_alias: nobody },
          404,
          openai(`Key not found. No key with key_alias='${nobody}'.`, 'not_found_error', 'key_alias'),
        ],
        ['POST', '/key/regenerate', {}, 400, braces('No key passed in.')],
        ['POST', '/key/sk-nowhere/regenerate', {}, 404, braces('Key sk-nowhere not found.')],
        ['POST', '/key/block', { key: 'sk-nowhere' }, 404, openai('Key not found.', 'not_found_error', 'key')],
        ['POST', '/key/delete', { keys: ['sk-nowhere'] }, 404, braces('No keys found')],
        ['GET', '/key/info?key=sk-nowhere', undefined, 404, openai('Key not found in database', 'not_found_error', 'key')],
        [
          'GET',
          '/key/list?status=odd',
          undefined,
          400,
          braces("Invalid status value. Supported: 'active', 'expired', 'revoked', 'deleted'."),
        ],
        ['GET', '/key/list?sort_order=up', undefined, 400, braces("Invalid sort order. Must be 'asc' or 'desc'")],
        ['POST', '/key/bulk_update', { keys: [] }, 400, detail('No keys provided for update')],
        ['POST', '/key/bulk_update', { keys: many({ key: own }) }, 400, detail('Maximum 500 keys can be updated at once. Found 501 keys.')],
        [
          'POST',
          '/team/key/bulk_update',
          { team_id: crew, key_ids: many(own), update_fields: { rpm_limit: 1 } },
          400,
          detail('Maximum 500 keys can be updated at once. Found 501 key_ids.'),
        ],
        [
          'POST',
          '/team/key/bulk_update',
          { team_id: other, all_keys_in_team: true, update_fields: { rpm_limit: 1 } },
          404,
          detail(`No keys found for team ${other}`),
        ],
      ]);
      await expectAll(
        [
          ['POST', '/key/generate', { team_id: crew }, 400, openai(`User=${zed} not assigned to team=${crew}`)],
          [
            'POST',
            '/key/generate',
            { team_id: nobody },
            400,
            openai(`Team not found for team_id=${nobody}. Non-admin users cannot create keys for non-existent teams.`),
          ],
        ],
        keyOf(zed),
      );
      await expectAll(
        [
          [
            'POST',
            '/key/generate',
            { team_id: crew, user_id: bob },
            403,
            openai(`User can only create keys for themselves. Got user_id=${bob}, Your ID=${ann}`),
          ],
        ],
        keyOf(ann),
      );
      await expectAll(
        [['POST', '/key/update', { key: own, team_id: nobody }, 400, openai(`Team not found for team_id=${nobody}.`)]],
        keyOf(tia),
      );
    });

    test('of models', async () => {
      const litellm_params = { model: 'openai/gpt-4o', api_key: 'k' };
      const made = await api('POST', '/model/new', { model_name: stored, litellm_params, model_info: { id: stored } });
      expect(made.status).toBe(200);
      await expectAll([
        [
          'POST',
          '/model/new',
          { model_name: stored, litellm_params: {} },
          422,
          openai('litellm_params.model is required', 'bad_request_error', 'litellm_params'),
        ],
        [
          'POST',
          '/model/new',
          { model_name: stored, litellm_params, model_info: { id: stored } },
          400,
          braces(`Model with id=${stored} already exists`),
        ],
        ['POST', '/model/update', {}, 400, braces('model_info.id not provided')],
        ['POST', '/model/update', { model_info: { id: nobody } }, 400, braces(`Model with id=${nobody} not found in db`)],
        ['POST', '/model/delete', { id: nobody }, 400, braces(`Model with id=${nobody} not found in db`)],
        ['POST', '/model/block', { model_id: nobody }, 404, openai(`Model ${nobody} not found on proxy.`, 'not_found_error')],
        ['PATCH', `/credentials/${nobody}`, {}, 404, openai(`Credential not found in DB. Got credential name: ${nobody}`)],
        ['DELETE', `/credentials/${nobody}`, undefined, 404, openai(`Credential not found. Got credential name: ${nobody}`)],
      ]);
      const plain = await startGateway(lane, configFor(at.upstreamUrl), at.database);
      onTestFinished(() => plain.close());
      const ask = callerOf(plain.url);
      expect(await ask('POST', '/model/new', { model_name: stored, litellm_params })).toMatchObject({
        status: 500,
        body: { error: { message: expect.stringContaining('STORE_MODEL_IN_DB'), type: 'internal_server_error', code: '500' } },
      });
      expect(await ask('POST', '/model/block', { model_id: stored })).toMatchObject({
        status: 400,
        body: { error: { message: 'Model updates only supported for DB-stored models', type: 'validation_error', code: '400' } },
      });
    });
  },
  { more: { general_settings: { store_model_in_db: true } } },
);

import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway } from './support/gateway.ts';
import type { Answer } from './support/managed-gateway.ts';

/** From where calls may come, where they may go, and what they may not say, in every lane. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const keys = memoryKeys({ 'sk-of-a-user': caller(), 'sk-of-an-admin': caller({}, 'proxy_admin') });
const BODY: JsonObject = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }] };

describe.each(GATEWAYS)('%s', (lane) => {
  async function start(
    general: JsonObject,
  ): Promise<(path: string, more?: JsonObject, headers?: Record<string, string>) => Promise<Answer>> {
    const gateway = await startGateway(lane, configFor(upstream.url, { general_settings: general }), { keys });
    onTestFinished(() => gateway.close());
    return async (path, more, headers = {}) => {
      const answer = await fetch(`${gateway.url}${path}`, {
        method: more === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', ...headers },
        ...(more !== undefined && { body: JSON.stringify({ ...BODY, ...more }) }),
      });
      return { status: answer.status, body: (await answer.json()) as JsonObject };
    };
  }
  const shut = (message: string): object => ({ status: 403, body: { error: { message, type: 'auth_error', param: 'None', code: '403' } } });

  test('an address that is not allowed comes in nowhere, with any key, but to the health routes', async () => {
    const ask = await start({ allowed_ips: ['192.0.2.7'] });
    const before = upstream.requests.length;
    const refused = shut('Access forbidden: IP address 127.0.0.1 not allowed.');
    expect(await ask('/v1/chat/completions', {})).toMatchObject(refused);
    expect(await ask('/v1/chat/completions', {}, { 'x-forwarded-for': '192.0.2.7' })).toMatchObject(refused);
    expect(await ask('/v1/models')).toMatchObject(refused);
    expect(await ask('/v1/models', undefined, { authorization: 'Bearer sk-of-nobody' })).toMatchObject(refused);
    expect(await ask('/v1/messages', { max_tokens: 5 })).toMatchObject({ status: 403, body: { type: 'error' } });
    expect(await ask('/key/info')).toMatchObject({ status: 403 });
    expect((await ask('/health/readiness')).status).toBe(200);
    expect(upstream.requests.length).toBe(before);
  });

  test('one that is allowed comes in, with a key', async () => {
    const ask = await start({ allowed_ips: ['127.0.0.1'] });
    expect((await ask('/v1/chat/completions', {})).status).toBe(200);
    expect((await ask('/v1/models', undefined, { authorization: 'Bearer sk-of-nobody' })).status).toBe(401);
  });

  test('behind a proxy the address is the whole of what it says', async () => {
    const ask = await start({ allowed_ips: ['192.0.2.7', '127.0.0.1'], use_x_forwarded_for: true });
    expect((await ask('/v1/chat/completions', {}, { 'x-forwarded-for': '192.0.2.7' })).status).toBe(200);
    expect((await ask('/v1/chat/completions', {})).status).toBe(200);
    expect(await ask('/v1/chat/completions', {}, { 'x-forwarded-for': '192.0.2.7, 192.0.2.8' })).toMatchObject(
      shut('Access forbidden: IP address 192.0.2.7, 192.0.2.8 not allowed.'),
    );
  });

  test('routes that are not listed lead nowhere, for nobody; others are the admin’s alone', async () => {
    const ask = await start({ allowed_routes: ['/v1/chat/completions', '/v1/models'], admin_only_routes: ['/v1/models'] });
    const user = { authorization: 'Bearer sk-of-a-user' };
    expect((await ask('/v1/chat/completions', {}, user)).status).toBe(200);
    expect(await ask('/chat/completions', {})).toMatchObject(shut('Access forbidden: Route /chat/completions not allowed'));
    expect(await ask('/key/info')).toMatchObject({ status: 403 });
    expect(await ask('/v1/models', undefined, user)).toMatchObject(
      shut('user not allowed to access this route. Route=/v1/models is an admin only route'),
    );
    expect((await ask('/v1/models', undefined, { authorization: 'Bearer sk-of-an-admin' })).status).toBe(200);
    expect((await ask('/v1/models')).status).toBe(200);
  });

  test('a route that calls a provider can be the admin’s alone', async () => {
    const ask = await start({ admin_only_routes: ['/v1/chat/completions'] });
    const before = upstream.requests.length;
    expect((await ask('/v1/chat/completions', {}, { authorization: 'Bearer sk-of-a-user' })).status).toBe(403);
    expect(upstream.requests.length).toBe(before);
    expect((await ask('/v1/chat/completions', {})).status).toBe(200);
  });

  test('a call must name its user, and may name no tags', async () => {
    const ask = await start({ enforce_user_param: true, reject_clientside_metadata_tags: true });
    const before = upstream.requests.length;
    expect(await ask('/v1/chat/completions', {})).toMatchObject({
      status: 400,
      body: { error: { message: 'BadRequest please pass param=user in request body. This is a required param' } },
    });
    const message =
      "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.";
    const error = { message, type: 'bad_request_error', param: 'metadata.tags', code: '400' };
    const user = 'somebody';
    expect(await ask('/v1/chat/completions', { user, metadata: { tags: [] } })).toMatchObject({ status: 400, body: { error } });
    expect((await ask('/v1/chat/completions', { user, litellm_metadata: { tags: ['a'] } })).status).toBe(400);
    expect((await ask('/v1/chat/completions', { user, tags: ['a'] })).status).toBe(400);
    expect((await ask('/v1/chat/completions', { user }, { 'x-litellm-tags': 'a' })).status).toBe(400);
    expect(upstream.requests.length).toBe(before);
    expect((await ask('/v1/chat/completions', { user, metadata: { purpose: 'a test' } })).status).toBe(200);
  });
});

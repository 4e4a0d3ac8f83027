import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { describeManaged, namesOf } from './support/managed-gateway.ts';
import { MASTER_KEY } from './support/gateway.ts';

/** What a key, its team and its project say to the router: tags, `router_settings`, `disable_fallbacks`. In every lane. */

const row = (url: string, model_name: string, id: string, more: JsonObject = {}): JsonObject => ({
  model_name,
  litellm_params: { model: 'openai/gpt-4o', api_base: `${url}/v1`, api_key: 'k', ...more },
  model_info: { id },
});
const ILL = { mock_response: 'litellm.InternalServerError' };

const more = (url: string): JsonObject => ({
  model_list: [
    row(url, 'tagged', 'eu', { tags: ['eu'] }),
    row(url, 'tagged', 'us', { tags: ['us'] }),
    row(url, 'tagged', 'all', { tags: ['default'] }),
    row(url, 'ill', 'ill', ILL),
    row(url, 'first', 'first'),
    row(url, 'second', 'second'),
    row(url, 'slow', 'slow', { mock_timeout: true }),
  ],
  router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [{ ill: ['first'] }] },
});

describeManaged(
  (at) => {
    const made = async (path: string, body: JsonObject): Promise<string> => {
      const answer = await at.api('POST', path, body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return String(answer.body['key'] ?? '');
    };
    const keyOf = (body: JsonObject): Promise<string> => made('/key/generate', body);
    const ask = async (key: string, body: JsonObject): Promise<unknown> => {
      const answer = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
      });
      await answer.text();
      return answer.ok ? answer.headers.get('x-litellm-model-id') : answer.status;
    };

    test('tags of a key, of its team and of its project lead to deployments, where it filters by tags', async () => {
      const [team, otherTeam] = namesOf(at.lane, 'eu-team', 'filtering-team');
      const filters = { router_settings: { enable_tag_filtering: true } };
      await made('/team/new', { team_id: team, metadata: { tags: ['eu'] } });
      await made('/team/new', { team_id: otherTeam, metadata: { tags: ['us'] }, ...filters });
      const found = [
        await ask(await keyOf({ metadata: { tags: ['us'] }, ...filters }), { model: 'tagged' }),
        await ask(await keyOf({ team_id: team, ...filters }), { model: 'tagged' }),
        await ask(await keyOf({ team_id: otherTeam }), { model: 'tagged' }),
        await ask(await keyOf({ ...filters }), { model: 'tagged' }),
      ];
      expect(found).toStrictEqual(['us', 'eu', 'us', 'all']);
      // Nothing that a caller adds takes a tag of his team from him.
      expect(await ask(await keyOf({ team_id: team, ...filters }), { model: 'tagged', tags: ['!eu'] })).toBe(401);
    });

    test('fallbacks: its own before the configuration’s; those of a call before them', async () => {
      const key = await keyOf({ router_settings: { fallbacks: [{ ill: ['second'] }] } });
      expect(await ask(MASTER_KEY, { model: 'ill' })).toBe('first');
      expect(await ask(key, { model: 'ill' })).toBe('second');
      expect(await ask(key, { model: 'ill', fallbacks: [{ ill: ['first'] }] })).toBe('first');
    });

    test('a key’s settings lead to no model that it may not call', async () => {
      const key = await keyOf({ models: ['ill', 'first'], router_settings: { fallbacks: [{ ill: ['second', 'first'] }] } });
      expect(await ask(key, { model: 'ill' })).toBe('first');
    });

    test('disable_fallbacks of its metadata, whatever a call says', async () => {
      const key = await keyOf({ metadata: { disable_fallbacks: true } });
      expect(await ask(key, { model: 'ill' })).toBe(500);
      expect(await ask(key, { model: 'ill', disable_fallbacks: false })).toBe(500);
    });

    test('model_group_alias: the model behind it is asked for, and has to be allowed', async () => {
      const router_settings = { model_group_alias: { mine: 'first', hidden: { model: 'second', hidden: true } } };
      const key = await keyOf({ models: ['first'], router_settings });
      expect([await ask(key, { model: 'mine' }), await ask(key, { model: 'hidden' })]).toStrictEqual(['first', 403]);
      expect(await ask(MASTER_KEY, { model: 'mine' })).toBe(400);
    });

    test('weights: deployments that are not named have no share', async () => {
      const key = await keyOf({ router_settings: { weights: { tagged: { us: 1, eu: 0 } } } });
      const found = new Set<unknown>();
      for (let count = 0; count < 12; count += 1) found.add(await ask(key, { model: 'tagged' }));
      expect([...found]).toStrictEqual(['us']);
    });

    test('num_retries and model_group_retry_policy', async () => {
      const retriesOf = async (router_settings: JsonObject, body: JsonObject = {}): Promise<string | null> => {
        const answer = await fetch(`${at.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await keyOf({ router_settings })}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'ill', disable_fallbacks: true, messages: [{ role: 'user', content: 'Hello' }], ...body }),
        });
        return answer.headers.get('x-litellm-attempted-retries');
      };
      expect(await retriesOf({ num_retries: 1 })).toBe('1');
      expect(await retriesOf({ num_retries: 1 }, { num_retries: 0 })).toBe('0');
      expect(await retriesOf({ model_group_retry_policy: { ill: { InternalServerErrorRetries: 1 } } })).toBe('1');
    });

    test('timeout: how long its calls wait', async () => {
      expect(await ask(await keyOf({ router_settings: { timeout: 0.2 } }), { model: 'slow' })).toBe(408);
    });
  },
  { more },
);

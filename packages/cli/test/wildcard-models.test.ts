import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';

const wild = (upstreamUrl: string): JsonObject => ({
  model_list: [
    { model_name: 'one', litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-one' } },
    { model_name: 'openai/*', litellm_params: { model: 'openai/*', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-wild' } },
  ],
});

interface Listed extends JsonObject {
  readonly id: string;
  readonly model_name: string;
  readonly model_group: string;
}

describeManaged(
  ({ api, chat }) => {
    const list = async (path: string, key?: string): Promise<readonly Listed[]> =>
      (await api('GET', path, undefined, key)).body['data'] as unknown as readonly Listed[];

    test('a wildcard is shown as the models that it is known to serve, in every list', async () => {
      const ids = (await list('/v1/models')).map(({ id }) => id);
      expect(ids[0]).toBe('one');
      expect(ids).toContain('openai/gpt-4o-mini');
      expect(ids).not.toContain('openai/*');
      expect((await list('/v1/models?return_wildcard_routes=true')).map(({ id }) => id)).toContain('openai/*');
      expect(await list('/model/info')).toContainEqual(
        expect.objectContaining({
          model_name: 'openai/gpt-4o-mini',
          litellm_params: expect.objectContaining({ model: 'openai/gpt-4o-mini' }),
          model_info: expect.objectContaining({ mode: 'chat', input_cost_per_token: 1.5e-7 }),
        }),
      );
      expect((await list('/model_group/info?model_group=openai/gpt-4o-mini'))[0]).toMatchObject({ mode: 'chat', providers: ['openai'] });
      expect((await list('/v2/model/info')).map(({ model_name: name }) => name)).toStrictEqual(['one', 'openai/*']);
    });

    test('a key sees of it what its own list names, and may call that', async () => {
      const models = ['openai/gpt-4o-mini', 'openai/of-tomorrow'];
      const key = String((await api('POST', '/key/generate', { models })).body['key']);
      expect((await list('/v1/models', key)).map(({ id }) => id)).toStrictEqual(models);
      expect((await list('/model/info', key)).map(({ model_name: name }) => name)).toStrictEqual(['openai/gpt-4o-mini']);
      for (const model of models) expect((await chat(key, { model })).status).toBe(200);
      expect((await chat(key, { model: 'openai/gpt-4o' })).status).toBe(403);
    });
  },
  { more: wild },
);

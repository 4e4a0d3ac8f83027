import { sql } from 'drizzle-orm';
import { loadRecorded } from '@stagegate/testbed';
import { afterAll, expect, test, vi } from 'vitest';
import { startProxy, startStore, through } from '../../test/start-database.ts';
import { createCipher } from './cipher.ts';
import { createStore } from './create-store.ts';
import { configSettings, credentials, proxyModels } from './schema/index.ts';
import { openStoredConfig, STORED_CONFIG_CHANNEL } from './watch-stored-config.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const KEY = 'sk-salt-of-recordings';
const cipher = createCipher(KEY);

const { url, store, pool, stop } = await startStore();
afterAll(stop);

const BY = { created_by: 'test', updated_by: 'test' };

test('rows as LiteLLM writes them, sealed by LiteLLM itself, are read; what is told is read at once, what nobody told in its turn', async () => {
  const { sealed } = loadRecorded('ciphers') as unknown as { sealed: { cipher: string; key: string; text: string; sealed: string }[] };
  const sealedKey = sealed.find(
    ({ key, text, cipher: name }) => key === KEY && text === 'key-of-a-provider' && name === 'secretbox',
  )?.sealed;
  await pool.database.insert(proxyModels).values({
    model_id: 'm1',
    model_name: 'stored',
    litellm_params: { model: cipher.seal('openai/gpt-4o'), api_key: sealedKey ?? '', rpm: 5, plain: 'as it is' },
    model_info: { id: 'another', mode: 'chat' },
    ...BY,
  });
  await pool.database
    .insert(credentials)
    .values({ credential_name: 'c', credential_values: { api_key: createCipher(KEY, 'gcm').seal('of-c') }, ...BY });
  await pool.database.insert(configSettings).values([
    { param_name: 'router_settings', param_value: { num_retries: 3 } },
    { param_name: 'environment_variables', param_value: { A: 'b' } },
  ]);

  await pool.database.execute(sql`INSERT INTO "LiteLLM_GuardrailsTable" (guardrail_id, guardrail_name, litellm_params, status, updated_at)
    VALUES ('g1', 'pii', '{}', 'active', now()), ('g2', 'asked-for', '{}', 'pending_review', now())`);
  await pool.database.execute(sql`INSERT INTO "LiteLLM_PolicyTable" (policy_id, policy_name, version_status, updated_at)
    VALUES ('p1', 'strict', 'production', now()), ('p2', 'drafted', 'draft', now())`);

  const stored = await openStoredConfig(store, cipher, 300);
  expect(stored.rows()).toStrictEqual([
    { section: 'guardrails', name: 'guardrail pii of the database', value: { name: 'pii' } },
    { section: 'policies', name: 'policy strict of the database', value: { name: 'strict' } },
    { section: 'router_settings', name: 'router_settings of the database', value: { num_retries: 3 } },
    {
      section: 'credential_list',
      name: 'credential c of the database',
      value: { credential_name: 'c', credential_values: { api_key: 'of-c' } },
    },
    {
      section: 'model_list',
      name: 'model m1 of the database',
      value: {
        model_name: 'stored',
        litellm_params: { model: 'openai/gpt-4o', api_key: 'key-of-a-provider', rpm: 5, plain: 'as it is' },
        model_info: { id: 'm1', mode: 'chat', db_model: true, blocked: false },
      },
    },
  ]);

  const onChange = vi.fn<() => void>();
  stored.follow(onChange);
  await pool.database.delete(credentials);
  await vi.waitFor(() => expect(stored.rows()).toHaveLength(4), { timeout: 20_000 });
  // The first change may have been seen by the look that comes with listening; the second is by nothing but its turn.
  await pool.database.delete(configSettings);
  await vi.waitFor(() => expect(stored.rows()).toHaveLength(3), { timeout: 20_000 });
  expect(onChange).toHaveBeenCalledTimes(2);
  stored.close();
});

test('a change that is told is read without waiting for its turn', async () => {
  const stored = await openStoredConfig(store, cipher, 3_600_000);
  const onChange = vi.fn<() => void>();
  stored.follow(onChange);
  // Until it listens, a first look may or may not have seen the row.
  await pool.database.insert(proxyModels).values({ model_id: 'm2', model_name: 'told', litellm_params: {}, ...BY });
  await vi.waitFor(
    async () => {
      await store.notify(STORED_CONFIG_CHANNEL, '');
      expect(stored.rows().some(({ name }) => name === 'model m2 of the database')).toBe(true);
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(onChange).toHaveBeenCalledTimes(1);
  stored.close();
});

test('what was read holds while the database does not answer', async () => {
  const proxy = await startProxy(url);
  const distant = createStore({ url: through(proxy, url), manageAnswerMs: 500 });
  expect(await distant.ready(60_000)).toBe(true);
  await pool.database.insert(configSettings).values({ param_name: 'router_settings', param_value: { num_retries: 4 } });
  const stored = await openStoredConfig(distant, cipher, 100);
  const read = stored.rows();
  expect(read).toContainEqual(expect.objectContaining({ value: { num_retries: 4 } }));
  const onChange = vi.fn<() => void>();
  stored.follow(onChange);
  proxy.set('hang');
  const looks = vi.spyOn(distant.manage, 'run');
  // A look begins when the one before is over: two of them have had no answer.
  await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
  expect([stored.rows(), onChange.mock.calls]).toStrictEqual([read, []]);
  await pool.database.delete(configSettings);
  proxy.set('none');
  await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1), { timeout: 30_000 });
  expect(stored.rows()).not.toContainEqual(expect.objectContaining({ section: 'router_settings' }));
  stored.close();
  await distant.close();
  await proxy.close();
});

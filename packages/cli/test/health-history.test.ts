import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, onTestFinished, test } from 'vitest';
import { configFor, startGateway } from './support/gateway.ts';
import { callerOf, describeManaged } from './support/managed-gateway.ts';

/** What checks of health have found stays readable: those that somebody asked for, and those of the background. */

describeManaged((at) => {
  const { lane, api } = at;

  test('what is asked for is written down, and read back by deployment and in order', async () => {
    const { body: models } = await api('GET', '/model/info');
    const { id } = (models['data'] as { model_name: string; model_info: { id: string } }[]).find(
      ({ model_name: name }) => name === 'messages',
    )?.model_info ?? { id: '' };
    const before = await api('GET', '/health/history?model=messages&limit=1000');
    at.upstream.enqueue({ status: 401 });
    expect((await api('GET', `/health?model_id=${id}`)).status).toBe(503);
    const row = {
      model_name: 'messages',
      model_id: id,
      status: 'unhealthy',
      healthy_count: 0,
      unhealthy_count: 1,
      error_message: expect.any(String),
      response_time_ms: expect.any(Number),
      details: null,
      checked_by: 'default_user_id',
      checked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/u),
      created_at: expect.any(String),
      health_check_id: expect.any(String),
    };
    const history = await api('GET', '/health/history?model=messages&limit=1000');
    expect(history.body).toMatchObject({ total_records: Number(before.body['total_records']) + 1, limit: 1000, offset: 0 });
    expect((history.body['health_checks'] as JsonObject[])[0]).toStrictEqual(row);
    expect((await api('GET', '/health/latest')).body).toMatchObject({ latest_health_checks: { [id]: { status: 'unhealthy' } } });
    expect((await api('GET', '/health/history?status_filter=healthy&model=messages')).body).toMatchObject({
      health_checks: [],
      limit: 100,
    });
    expect((await api('GET', '/health/history?limit=0')).status).toBe(422);
    expect((await api('GET', '/health/history?offset=-1')).status).toBe(422);
  });

  // The background is the process's own, not a lane's: of the gateways here front alone has one.
  if (lane !== 'front') return;

  test('the background writes down what is new, and that alone', async () => {
    const id = 'of-background';
    const general = { background_health_checks: true, health_check_interval: 1 };
    const config = configFor(at.upstreamUrl, { general_settings: general });
    const [first = {}] = config['model_list'] as JsonObject[];
    const gateway = await startGateway('front', { ...config, model_list: [{ ...first, model_info: { id } }] }, at.database);
    onTestFinished(() => gateway.close());
    const found = (): Promise<readonly JsonObject[]> =>
      at.database.ask(async (database) => {
        const rows = await tables.healthChecks.list(database, { model_id: id }, { sortBy: 'checked_at', limit: 100 });
        return rows.map(({ status, checked_by: by }) => ({ status, by }));
      });
    await expect.poll(found).toStrictEqual([{ status: 'healthy', by: null }]);
    // Some rounds later.
    const asked = at.upstream.requests.length;
    await expect.poll(() => at.upstream.requests.length).toBeGreaterThan(asked + 2);
    expect(await found()).toHaveLength(1);
    expect((await callerOf(gateway.url)('GET', '/health/latest')).body).toMatchObject({
      latest_health_checks: { [id]: { status: 'healthy' } },
    });
    await at.database.ask((database) =>
      tables.healthChecks.update(database, { model_id: id }, { checked_at: new Date(Date.now() - 3_600_000) }),
    );
    await expect.poll(async () => (await found()).length).toBe(2);
  });
});

import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';

/** How models did, read from the log of calls. */

const BASE = 'https://one.example.com';

describeManaged(
  (at) => {
    const { lane, api } = at;
    const group = `group-${lane}`;

    test('seconds a token, seconds to the first of a stream, calls that were slow, and calls that failed', async () => {
      const { database } = at;
      let rows = 0;
      const called = async (day: string, seconds: number, firstSeconds: number | undefined, more: JsonObject = {}): Promise<void> => {
        const [start, id] = [Date.parse(`${day}T10:00:00Z`), `${group}-${(rows += 1)}`];
        const after = (passed: number): Date => new Date(start + passed * 1000);
        const times = { startTime: after(0), endTime: after(seconds), completionStartTime: after(firstSeconds ?? seconds) };
        const row = {
          request_id: id,
          call_type: 'acompletion',
          model: 'm',
          model_group: group,
          completion_tokens: 10,
          cache_hit: 'False',
          ...times,
        };
        await database.ask((connection) => tables.spendLogs.insert(connection, { ...row, api_base: `${BASE}/openai/v1`, ...more }));
      };
      await called('2026-01-02', 5, 1);
      await called('2026-01-02', 15, 3);
      await called('2026-01-02', 0.5, undefined, { cache_hit: 'True' });
      await called('2026-01-03', 40, undefined, { api_base: '', api_key: 'k1', end_user: 'c1' });
      await called('2026-01-03', 1, 0.5, { model_group: `other-${lane}` });
      const failed = { status: 'failure', completion_tokens: 0, metadata: { error_information: { error_class: 'Timeout' } } };
      await called('2026-01-04', 2, undefined, failed);
      await called('2026-01-04', 2, undefined, { ...failed, metadata: { error_information: { error_class: 'RateLimitError' } } });
      const read = async (path: string, query = ''): Promise<unknown> =>
        (await api('GET', `${path}?_selected_model_group=${group}&startTime=2026-01-01&endTime=2026-01-05${query}`)).body;

      expect(await read('/model/metrics')).toStrictEqual({
        data: [
          { date: '2026-01-02', [BASE]: 1 },
          { date: '2026-01-03', m: 4 },
        ],
        all_api_bases: ['m', BASE],
      });
      expect(await read('/model/metrics', '&api_key=k1&customer=c1')).toMatchObject({ data: [{ date: '2026-01-03' }] });
      expect(await read('/model/metrics', '&api_key=undefined&customer=nobody')).toMatchObject({ data: [] });
      expect(await read('/model/streaming_metrics')).toStrictEqual({ data: [{ date: '2026-01-02', [BASE]: 2 }], all_api_bases: [BASE] });
      const day = await api(
        'GET',
        `/model/streaming_metrics?_selected_model_group=${group}&startTime=2026-01-02&endTime=2026-01-02T23:59:59`,
      );
      expect(day.body['data']).toStrictEqual([
        { date: `${group}-1`, [BASE]: 1 },
        { date: `${group}-2`, [BASE]: 3 },
      ]);
      expect(await read('/model/metrics/slow_responses')).toStrictEqual([
        { api_base: '', total_count: 1, slow_count: 1 },
        { api_base: BASE, total_count: 4, slow_count: 1 },
      ]);
      expect(await read('/model/metrics/exceptions')).toMatchObject({
        data: [{ model: `m-${BASE}/openai/v1`, total_exceptions: 2, Timeout: 1, RateLimitError: 1 }],
        exception_types: ['RateLimitError', 'Timeout'],
      });
      expect((await api('GET', '/model/metrics?startTime=soon')).status).toBe(422);
    });
  },
  { more: { general_settings: { alerting_threshold: 15 } } },
);

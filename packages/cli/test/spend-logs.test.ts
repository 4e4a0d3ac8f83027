import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { describeManaged, type Managed } from './support/managed-gateway.ts';

const TODAY = new Date().toISOString().slice(0, 10);
const ANSWER = {
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Words of the answer' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};
const eventsOf = (id: string): string =>
  [
    { choices: [{ index: 0, delta: { role: 'assistant', content: 'Words of' } }] },
    { choices: [{ index: 0, delta: { content: ' the stream' }, finish_reason: 'stop' }] },
  ]
    .map((chunk) => `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', ...chunk })}\n\n`)
    .join('');

const newKey = async ({ api }: Managed, body: JsonObject = {}): Promise<string> =>
  String((await api('POST', '/key/generate', body)).body['key']);

/** Each with an id of its own: no row is another's. */
function answers({ upstream }: Managed, count: number): void {
  for (let at = 0; at < count; at += 1) upstream.enqueue({ body: { ...ANSWER, id: randomUUID() } });
}

/** Rows of a key's calls, once all is written. */
async function rowsOf({ database }: Managed, key: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  await expect.poll(() => database.ledger.flush()).toBe(true);
  return database.ask((connection) => tables.spendLogs.list(connection, { api_key: hashKey(key) }, { sortBy: 'startTime', limit: 20 }));
}

describeManaged((at) => {
  const { lane, api } = at;

  test('a stream that breaks off is a call that failed, and costs what came of it', async () => {
    const key = await newKey(at);
    for (const end of ['reset', 'clean'] as const) {
      const [first = ''] = eventsOf(randomUUID()).split(/(?<=\n\n)/u);
      at.upstream.enqueue({ headers: { 'content-type': 'text/event-stream' }, body: first, end });
      const answer = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect([answer.status, await answer.text()]).toStrictEqual([200, expect.stringContaining('"error"')]);
    }
    const rows = await rowsOf(at, key);
    expect(rows.length).toBe(2);
    for (const row of rows) {
      expect(row).toMatchObject({
        status: 'failure',
        model: 'openai/gpt-4o',
        metadata: { status: 'failure', error_information: { llm_provider: 'openai' } },
      });
      expect([Number(row['spend']) > 0, Number(row['completion_tokens']) > 0]).toStrictEqual([true, true]);
    }
    const days = await api('GET', `/user/daily/activity?start_date=${TODAY}&end_date=${TODAY}&api_key=${hashKey(key)}`);
    expect(days.body).toMatchObject({ metadata: { total_api_requests: 2, total_successful_requests: 0, total_failed_requests: 2 } });
    const [spent] = await at.database.ask((connection) =>
      tables.keys.list(connection, { token: hashKey(key) }, { sortBy: 'token', limit: 1 }),
    );
    expect(spent?.spend).toBeCloseTo(
      rows.reduce((sum, row) => sum + Number(row['spend']), 0),
      12,
    );
  });

  test('a call that failed has a row that says why, costs nothing, and is counted in its day', async () => {
    const key = await newKey(at, { key_alias: `fails-${lane}` });
    const words = 'Slow down. You sent {"messages": [{"role": "user", "content": "a secret of mine"}]}';
    at.upstream.enqueue({ status: 429, body: { error: { message: words, type: 'rate_limit_error', code: 'rate_limit' } } });
    expect((await at.chat(key, { user: `customer-${lane}`, metadata: { tags: ['failing'] } })).status).toBe(429);
    expect((await at.chat(key, { model: 'a model of nobody' })).status).toBe(400);
    const [refused, unknown, ...more] = await rowsOf(at, key);
    expect(more).toStrictEqual([]);
    expect(refused).toMatchObject({
      status: 'failure',
      call_type: 'acompletion',
      spend: 0,
      total_tokens: 0,
      model: 'openai/gpt-4o',
      model_group: 'chat',
      custom_llm_provider: 'openai',
      end_user: `customer-${lane}`,
      request_tags: expect.arrayContaining(['failing']),
      requester_ip_address: '127.0.0.1',
      metadata: {
        status: 'failure',
        user_api_key_alias: `fails-${lane}`,
        requester_ip_address: '127.0.0.1',
        user_agent: 'node',
        error_information: {
          error_code: '429',
          error_class: 'RateLimitError',
          normalized_error: '429_RATE_LIMIT_EXCEEDED',
          llm_provider: 'openai',
          error_message: expect.stringMatching(/^litellm\.RateLimitError.*\[redacted\]$/su),
          error_rate_limit_category: 'vendor_rate_limit',
          error_rate_limit_type: null,
          error_budget_entity_type: null,
        },
      },
    });
    expect(unknown).toMatchObject({
      status: 'failure',
      model: 'unknown-model',
      model_group: '',
      requester_ip_address: '127.0.0.1',
      metadata: { error_information: { error_code: '400', llm_provider: '', normalized_error: '400_INVALID_REQUEST' } },
    });
    expect(JSON.stringify([refused])).not.toContain('a secret of mine');
    const days = await api('GET', `/user/daily/activity?start_date=${TODAY}&end_date=${TODAY}&api_key=${hashKey(key)}`);
    expect(days.body).toMatchObject({
      metadata: { total_api_requests: 2, total_successful_requests: 0, total_failed_requests: 2, total_spend: 0 },
    });
    const found = await api(
      'GET',
      `/spend/logs/v2?start_date=${TODAY}&end_date=2999-01-01&status_filter=failure&error_code=429&api_key=${key}`,
    );
    expect(found.body).toMatchObject({ total: 1 });
    const refusals = await api('GET', `/global/activity/exceptions?start_date=${TODAY}&end_date=${TODAY}&model_group=chat`);
    expect(refusals.body['sum_num_rate_limit_exceptions']).toBeGreaterThan(0);
  });

  test('a call refused for money or for a rate limit says whose and which', async () => {
    const [broke, hurried] = [await newKey(at, { max_budget: 0 }), await newKey(at, { rpm_limit: 1 })];
    const statuses = [];
    for (const key of [broke, hurried, hurried]) statuses.push((await at.chat(key)).status);
    expect(statuses).toStrictEqual([422, 200, 429]);
    const informationOf = async (key: string): Promise<unknown> => {
      const rows = await rowsOf(at, key);
      return rows.flatMap(({ metadata }) => (metadata as JsonObject)['error_information'] ?? []);
    };
    expect(await informationOf(broke)).toMatchObject([
      {
        error_budget_entity_type: 'key',
        error_budget_entity_id: hashKey(broke),
        error_budget_limit: 0,
        error_budget_spend: 0,
        error_rate_limit_type: null,
      },
    ]);
    expect(await informationOf(hurried)).toMatchObject([
      { error_rate_limit_category: 'litellm_rate_limit', error_rate_limit_type: 'requests', error_budget_entity_type: null },
    ]);
  });

  test('a call refused for its model names what was asked for, in no group', async () => {
    const key = await newKey(at, { models: ['messages'] });
    expect((await at.chat(key)).status).toBe(403);
    expect(await rowsOf(at, key)).toMatchObject([
      {
        status: 'failure',
        model: 'chat',
        model_group: '',
        metadata: { error_information: { error_code: '403', normalized_error: '403_MODEL_ACCESS_DENIED' } },
      },
    ]);
  });

  test('who is not let in leaves no row: nobody fills the log without a key', async () => {
    const key = await newKey(at);
    await api('POST', '/key/block', { key });
    expect((await at.chat(key)).status).toBe(401);
    expect((await at.chat(`sk-nobody-${lane}`)).status).toBe(401);
    await expect.poll(() => at.database.ledger.flush()).toBe(true);
    const keys = ['', hashKey(key), hashKey(`sk-nobody-${lane}`)];
    expect(await at.database.ask((connection) => tables.spendLogs.count(connection, { api_key: { in: keys } }))).toBe(0);
  });

  test('what was said is in no row', async () => {
    const key = await newKey(at);
    at.upstream.enqueue({ body: { ...ANSWER, id: randomUUID() } });
    expect((await at.chat(key)).status).toBe(200);
    const [row] = await rowsOf(at, key);
    expect([row?.['messages'], row?.['response'], row?.['proxy_server_request']]).toStrictEqual([{}, {}, {}]);
  });
});

describeManaged(
  (at) => {
    test('store_prompts_in_spend_logs: what was asked and answered is kept, cut where it is long, without credentials', async () => {
      const key = await newKey(at);
      const id = randomUUID();
      at.upstream.enqueue({ body: { ...ANSWER, id } });
      const messages = [{ role: 'user', content: `${'a'.repeat(3_000)}\u0000` }];
      const answer = await at.chat(key, { messages, metadata: { secret: 'of-the-client' } });
      expect([answer.status, answer.body['error']]).toStrictEqual([200, undefined]);
      const [row] = await rowsOf(at, key);
      expect(row).toMatchObject({
        response: { id, choices: [{ message: { content: 'Words of the answer' } }] },
        proxy_server_request: {
          model: 'chat',
          metadata: { secret: 'REDACTED_BY_LITELM' },
          messages: [{ content: expect.stringMatching(/^a{716}\.\.\. \(litellm_truncated skipped 953 chars\) \.\.\.a{1331}$/u) }],
        },
      });
      const shown = await at.api('GET', `/spend/logs/ui/${id}`);
      expect(shown.body).toMatchObject({ response: { id } });
      expect(shown.body['messages']).toStrictEqual({});
    });

    test('of a stream its events are kept; of a failed call what was asked; of a client that asks for it nothing', async () => {
      const key = await newKey(at);
      at.upstream.enqueue({ headers: { 'content-type': 'text/event-stream' }, body: `${eventsOf(randomUUID())}data: [DONE]\n\n` });
      const answer = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', stream: true, messages: [{ role: 'user', content: 'Stream' }] }),
      });
      expect(await answer.text()).toContain('[DONE]');
      at.upstream.enqueue({ status: 400, body: { error: { message: 'no' } } });
      expect((await at.chat(key)).status).toBe(400);
      at.upstream.enqueue({ body: { ...ANSWER, id: randomUUID() } });
      await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-litellm-enable-message-redaction': 'true' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hush' }] }),
      });
      const rows = await rowsOf(at, key);
      expect(rows.map(({ status, response, proxy_server_request: asked }) => [status, response, asked])).toStrictEqual([
        [
          'success',
          expect.stringMatching(/Words of.* the stream/su),
          expect.objectContaining({ messages: [{ role: 'user', content: 'Stream' }] }),
        ],
        ['failure', {}, expect.objectContaining({ messages: [{ role: 'user', content: 'Hello' }] })],
        ['success', {}, {}],
      ]);
    });
  },
  { more: { general_settings: { store_prompts_in_spend_logs: true } } },
);

describeManaged((at) => {
  test('a row names the session of its call', async () => {
    const key = await newKey(at);
    answers(at, 2);
    await at.chat(key, { metadata: { session_id: 'session-of-metadata' } });
    await at.chat(key);
    const rows = await rowsOf(at, key);
    expect(rows.map(({ session_id, litellm_call_id }) => session_id === litellm_call_id)).toStrictEqual([false, true]);
    expect(rows[0]?.['session_id']).toBe('session-of-metadata');
  });
});

describeManaged(
  (at) => {
    test('a call without a session goes nowhere where each has to name one', async () => {
      const key = await newKey(at);
      answers(at, 2);
      const before = at.upstream.requests.length;
      const message = 'Request has no session id. Send an `x-litellm-session-id` header or `metadata.session_id`. ';
      expect(await at.chat(key)).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining(message), type: 'bad_request_error', param: 'session_id', code: '400' } },
      });
      expect(at.upstream.requests.length).toBe(before);
      expect((await at.chat(key, { metadata: { session_id: 'mine' } })).status).toBe(200);
      const answer = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-claude-code-session-id': 'e96634a3-fa28' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect([answer.status, (await answer.text()) !== '']).toStrictEqual([200, true]);
      expect((await at.api('GET', '/v1/models', undefined, key)).status).toBe(200);
      expect((await rowsOf(at, key)).map(({ session_id }) => session_id).slice(1)).toStrictEqual(['mine', 'e96634a3-fa28']);
    });
  },
  { more: { general_settings: { missing_session_id: 'reject' } } },
);

describeManaged(
  (at) => {
    test('none is made up where the operator wants none', async () => {
      const key = await newKey(at);
      answers(at, 1);
      await at.chat(key, { litellm_trace_id: 'trace' });
      expect((await rowsOf(at, key)).map(({ session_id }) => session_id)).toStrictEqual([null]);
    });

    test('behind a proxy a row has the address that the proxy says', async () => {
      const key = await newKey(at);
      const from = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
        answers(at, 1);
        await fetch(`${at.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }),
        });
        return (await rowsOf(at, key)).at(-1);
      };
      expect(await from({ 'x-forwarded-for': '192.0.2.7, 192.0.2.8', 'user-agent': 'a-program/1' })).toMatchObject({
        requester_ip_address: '192.0.2.7, 192.0.2.8',
        metadata: { requester_ip_address: '192.0.2.7, 192.0.2.8', user_agent: 'a-program/1' },
      });
      expect(await from({})).toMatchObject({ requester_ip_address: '127.0.0.1', status: 'success' });
    });
  },
  { more: { general_settings: { missing_session_id: 'omit', use_x_forwarded_for: true } } },
);

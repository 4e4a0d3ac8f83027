import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged } from './support/managed-gateway.ts';
import { ANSWER, TOKEN_USD } from './support/priced-models.ts';

/**
 * What an answer says of its key and of its group's minute, in every lane.
 *
 * source: LiteLLM 1.106.2 with a database, asked the same on 2026-11-30.
 */

const PRICE = { input_cost_per_token: TOKEN_USD, output_cost_per_token: TOKEN_USD };
const models = (url: string): JsonObject => {
  const row = (model_name: string, more: JsonObject = {}): JsonObject => ({
    model_name,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${url}/v1`, api_key: 'k', ...PRICE, ...more },
  });
  const limited = row('limited', { rpm: 50, tpm: 1000 });
  return { model_list: [limited, row('limited', { model: 'openai/gpt-4o-mini', rpm: 20 }), row('streamed', { rpm: 9 }), row('free')] };
};
const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' };
const LAST: JsonObject = { ...CHUNK, choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: 'stop' }] };
const STREAMED = { headers: { 'content-type': 'text/event-stream' }, body: `data: ${JSON.stringify(LAST)}\n\ndata: [DONE]\n\n` };

describeManaged(
  (at) => {
    const call = async (key: string, body: JsonObject): Promise<Response> => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const messages = [{ role: 'user', content: 'Hello' }];
      const answer = await fetch(`${at.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ messages, ...body }) });
      await answer.text();
      return answer;
    };
    const ofKey = ({ headers }: Response): object => Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-litellm-key-')));
    const ofGroup = ({ headers }: Response): object =>
      Object.fromEntries([...headers].filter(([name]) => /^x-ratelimit-(?:limit|remaining)-(?:requests|tokens)$/u.test(name)));
    const make = async (body: JsonObject): Promise<string> => String((await at.api('POST', '/key/generate', body)).body['key']);

    test('what a key may do and has spent, this call with it', async () => {
      const key = await make({ max_budget: 10, rpm_limit: 100, tpm_limit: 200_000 });
      const limits = { 'x-litellm-key-max-budget': '10.0', 'x-litellm-key-rpm-limit': '100', 'x-litellm-key-tpm-limit': '200000' };
      for (const spent of ['0.01', '0.02']) {
        at.upstream.enqueue({ body: ANSWER });
        expect(ofKey(await call(key, { model: 'free' }))).toStrictEqual({ ...limits, 'x-litellm-key-spend': spent });
      }
      at.upstream.enqueue(STREAMED);
      expect(ofKey(await call(key, { model: 'free', stream: true }))).toStrictEqual({ ...limits, 'x-litellm-key-spend': '0.02' });
    });

    test('a key without limits, and the master key, which spends nothing of its own', async () => {
      const key = await make({});
      for (const [caller, spent] of [
        [key, '0.01'],
        [MASTER_KEY, '0.01'],
        [MASTER_KEY, '0.01'],
      ] as const) {
        at.upstream.enqueue({ body: ANSWER });
        expect(ofKey(await call(caller, { model: 'free' }))).toStrictEqual({ 'x-litellm-key-spend': spent });
      }
    });

    test('an error says it of a caller who was let in', async () => {
      const key = await make({ max_budget: 1, models: ['free'] });
      at.upstream.enqueue({ status: 400, body: { error: { message: 'no' } } });
      const failed = await call(key, { model: 'free' });
      expect([failed.status, ofKey(failed)]).toStrictEqual([400, { 'x-litellm-key-max-budget': '1.0', 'x-litellm-key-spend': '0.0' }]);
      for (const [caller, status] of [
        [key, 403],
        ['sk-of-nobody-at-all', 401],
      ] as const) {
        const refused = await call(caller, { model: 'limited' });
        expect([refused.status, ofKey(refused), ofGroup(refused)]).toStrictEqual([status, {}, {}]);
      }
    });

    test('what is left of a group’s minute, whoever of it answers', async () => {
      const left: object[] = [];
      for (let calls = 0; calls < 2; calls += 1) {
        at.upstream.enqueue({ body: ANSWER });
        left.push(ofGroup(await call(MASTER_KEY, { model: 'limited' })));
      }
      const of = (tokens: string, requests: string): object => ({
        'x-ratelimit-limit-tokens': '1000',
        'x-ratelimit-remaining-tokens': tokens,
        'x-ratelimit-limit-requests': '70',
        'x-ratelimit-remaining-requests': requests,
      });
      // A minute may end between the calls.
      expect([
        [of('990', '69'), of('980', '68')],
        [of('990', '69'), of('990', '69')],
      ]).toContainEqual(left);
    });

    test('a stream says it at its head; a group without limits, and an error, say nothing', async () => {
      at.upstream.enqueue(STREAMED);
      expect(ofGroup(await call(MASTER_KEY, { model: 'streamed', stream: true }))).toStrictEqual({
        'x-ratelimit-limit-requests': '9',
        'x-ratelimit-remaining-requests': '8',
      });
      at.upstream.enqueue({ body: ANSWER });
      expect(ofGroup(await call(MASTER_KEY, { model: 'free' }))).toStrictEqual({});
      at.upstream.enqueue({ status: 400, body: { error: { message: 'no' } } });
      expect(ofGroup(await call(MASTER_KEY, { model: 'streamed' }))).toStrictEqual({});
    });

    test('what a provider says of itself stands', async () => {
      at.upstream.enqueue({ body: ANSWER, headers: { 'x-ratelimit-remaining-requests': '3' } });
      expect(ofGroup(await call(MASTER_KEY, { model: 'streamed' }))).toMatchObject({
        'x-ratelimit-limit-requests': '9',
        'x-ratelimit-remaining-requests': '3',
      });
    });
  },
  { more: models },
);

import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import type { FakeUpstream } from '@stagegate/testbed';
import { describe, expect, test } from 'vitest';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Which deployment of a group is asked again, and which instead, in every lane. */

const { first, second } = await twoProviders();

interface Answered {
  readonly status: number;
  readonly id: string | null;
  readonly fallbacks: string | null;
  readonly text: string;
}

type Ask = (messages: readonly JsonObject[], more?: JsonObject) => Promise<Answered>;

const row = (group: string, id: string, upstream: FakeUpstream, more: JsonObject = {}): JsonObject => ({
  model_name: group,
  litellm_params: { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k', ...more },
  model_info: { id },
});

async function gatewayOf(lane: HttpLane, rows: readonly JsonObject[], router: JsonObject): Promise<Ask> {
  const send = await startRouted(lane, rows, router);
  return async (messages, more = {}) => {
    const answer = await send({ model: 'pair', messages, ...more });
    const { headers, status } = answer;
    return {
      status,
      id: headers.get('x-litellm-model-id'),
      fallbacks: headers.get('x-litellm-attempted-fallbacks'),
      text: await answer.text(),
    };
  };
}

const MARK = { cache_control: { type: 'ephemeral' } };
const system = { role: 'system', content: 'word '.repeat(1_500) };
const user = (said: string, more: JsonObject = {}): JsonObject => ({ role: 'user', content: [{ type: 'text', text: said, ...more }] });
const HI = [{ role: 'user', content: 'hi' }];

describe.each(HTTP_LANES)('%s', (lane) => {
  const pair = (more: JsonObject = {}): JsonObject[] => [row('pair', 'one', first, more), row('pair', 'two', second)];
  const servedBy = async (ask: Ask, messages: readonly JsonObject[]): Promise<ReadonlySet<string | null>> => {
    const ids = new Set<string | null>();
    for (let times = 0; times < 16; times += 1) ids.add((await ask(messages)).id);
    return ids;
  };

  test('prompt_caching: a prompt goes where its prefix was cached, also when its mark has moved on', async () => {
    const ask = await gatewayOf(lane, pair(), { optional_pre_call_checks: ['prompt_caching'] });
    const { id } = await ask([system, user('a', MARK)]);
    expect(await servedBy(ask, [system, user('a', MARK)])).toStrictEqual(new Set([id]));
    expect(await servedBy(ask, [system, user('a'), { role: 'assistant', content: 'b' }, user('c', MARK)])).toStrictEqual(new Set([id]));
    // What is not marked is nobody's.
    expect((await servedBy(ask, [system, user('a')])).size).toBe(2);
  });

  test('encrypted_content_affinity: reasoning goes back to whoever encrypted it, or to the same account; nobody else is sent it', async () => {
    const rows = [
      row('pair', 'one', first, { api_key: 'a' }),
      row('pair', 'two', second, { api_key: 'b' }),
      row('near', 'three', first, { api_key: 'a' }),
      row('near', 'four', second, { api_key: 'b' }),
      row('far', 'five', first, { api_key: 'c' }),
    ];
    const send = await startRouted(lane, rows, { optional_pre_call_checks: ['encrypted_content_affinity'] });
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'secret' };
    const response = { id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'gpt-4o', output: [reasoning] };
    const ask = async (
      model: string,
      input: readonly JsonObject[],
    ): Promise<{ readonly id: string | null; readonly output: JsonObject[] }> => {
      for (const upstream of [first, second]) upstream.enqueue({ status: 200, body: response });
      const answer = await send({ model, input }, '/v1/responses');
      for (const upstream of [first, second]) upstream.clearScripts();
      const { output } = (await answer.json()) as { output: JsonObject[] };
      return { id: answer.headers.get('x-litellm-model-id'), output };
    };
    const { id, output } = await ask('pair', [user('a')]);
    expect(output[0]?.['encrypted_content']).toMatch(/^litellm_enc:.+;secret$/u);
    const lastInput = ({ requests }: FakeUpstream): unknown => requests.at(-1)?.json['input'];
    const serving = id === 'one' ? first : second;
    const input = [user('a'), ...output, user('b')];
    for (let times = 0; times < 8; times += 1) {
      expect((await ask('pair', input)).id).toBe(id);
      expect(lastInput(serving)).toStrictEqual([user('a'), reasoning, user('b')]);
      expect((await ask('near', input)).id).toBe(id === 'one' ? 'three' : 'four');
      expect(lastInput(serving)).toStrictEqual([user('a'), reasoning, user('b')]);
    }
    await ask('far', input);
    expect(lastInput(first)).toStrictEqual([user('a'), user('b')]);
  });

  test('model_group_affinity_config: a group has affinities of its own, or none', async () => {
    const other = [row('other', 'three', first), row('other', 'four', second)];
    const ask = await gatewayOf(lane, [...pair(), ...other], {
      optional_pre_call_checks: ['session_affinity'],
      model_group_affinity_config: { pair: [], other: ['deployment_affinity'] },
    });
    const idsOf = async (model: string): Promise<number> => {
      const ids = new Set<string | null>();
      for (let times = 0; times < 16; times += 1) ids.add((await ask(HI, { model, litellm_session_id: 's' })).id);
      return ids.size;
    };
    expect([await idsOf('pair'), await idsOf('other')]).toStrictEqual([2, 1]);
  });

  test('enable_weighted_failover: another deployment of the group comes before another group', async () => {
    const rows = [...pair({ weight: 1_000_000 }), row('spare', 'spare', second)];
    const router = { enable_weighted_failover: true, fallbacks: [{ pair: ['spare'] }] };
    const refusal = { status: 500, body: { error: { message: 'no' } } };
    const ask = await gatewayOf(lane, rows, router);
    first.enqueue(refusal);
    expect(await ask(HI)).toMatchObject({ status: 200, id: 'two', fallbacks: '1' });
    first.enqueue(refusal);
    expect(await ask(HI, { disable_fallbacks: true })).toMatchObject({ status: 500 });
    first.enqueue(refusal);
    second.enqueue(refusal);
    expect(await ask(HI)).toMatchObject({ status: 200, id: 'spare', fallbacks: '1' });
    const without = await gatewayOf(lane, rows, { fallbacks: [{ pair: ['spare'] }] });
    first.enqueue(refusal);
    expect(await without(HI)).toMatchObject({ status: 200, id: 'spare' });
  });

  test('what failed over in vain is told in the words of the first failure', async () => {
    const refusal = { status: 500, body: { error: { message: 'no' } } };
    const ask = await gatewayOf(lane, pair({ weight: 1_000_000 }), { enable_weighted_failover: true });
    first.enqueue(refusal);
    second.enqueue(refusal);
    const { status, text } = await ask(HI);
    expect(status).toBe(500);
    expect(text).not.toContain('Fallback to pair');
  });
});

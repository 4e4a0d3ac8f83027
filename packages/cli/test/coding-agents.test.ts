import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** What Claude Code and Codex get that other clients do not. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const CLAUDE_CODE = 'claude-cli/2.0.60 (external, cli)';
const CODEX = 'codex_cli_rs/0.60.1 (Debian 12; x86_64)';
const ASKED: JsonObject = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }], reasoning_effort: 'low' };

interface Told {
  readonly status: number;
  readonly body: JsonObject;
}

/** Calls as the client of that name. */
async function call(
  gateway: Gateway,
  agent: string,
  method: string,
  path: string,
  body?: JsonObject,
  more: Record<string, string> = {},
): Promise<Told> {
  const answer = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', 'user-agent': agent, ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as JsonObject };
}

const plain = configFor(upstream.url);
const [first] = plain['model_list'] as readonly JsonObject[];
const more: readonly JsonObject[] = [
  { ...first, model_name: 'of-claude' },
  { model_name: 'long', litellm_params: { ...(first?.['litellm_params'] as JsonObject), model: 'openai/gpt-4.1' } },
  { ...first, model_name: 'kept' },
  {
    ...first,
    model_name: 'described',
    model_info: { mode: 'responses', max_input_tokens: '2000000', max_output_tokens: 7, display_name: 'Ours' },
  },
  {
    ...first,
    model_name: 'described',
    model_info: { mode: 'chat', max_input_tokens: 1000, max_output_tokens: 'x', display_name: 'Other' },
  },
  { ...first, model_name: 'claude-router-6b657074' },
];

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  let decided: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, { ...plain, model_list: [...(plain['model_list'] as readonly JsonObject[]), ...more] });
    decided = await startGateway(lane, configFor(upstream.url, { litellm_settings: { num_retries: 0, drop_params: false } }));
  });
  afterAll(() => Promise.all([gateway.close(), decided.close()]));

  test('what a model does not take is dropped for coding agents alone', async () => {
    const chat = (agent: string, more: JsonObject = {}): Promise<Told> =>
      call(gateway, agent, 'POST', '/v1/chat/completions', { ...ASKED, ...more });
    for (const agent of [CLAUDE_CODE, 'claude-code/2.0.60', CODEX, 'Codex/1.0']) {
      expect(await chat(agent), agent).toMatchObject({ status: 200 });
      expect(upstream.requests.at(-1)?.json).not.toHaveProperty('reasoning_effort');
    }
    for (const agent of ['curl/8.0', 'x claude-cli/2.0.60', 'codecs/1.0', ''])
      expect(await chat(agent), agent).toMatchObject({ status: 400 });
    // Plans are kept: neither client gets the other's.
    expect(await chat(CLAUDE_CODE)).toMatchObject({ status: 200 });
  });

  test('what the body or the operator says of such parameters holds', async () => {
    const ask = (of: Gateway, more: JsonObject): Promise<Told> =>
      call(of, CLAUDE_CODE, 'POST', '/v1/chat/completions', { ...ASKED, ...more });
    expect(await ask(gateway, { drop_params: false })).toMatchObject({ status: 400 });
    expect(await ask(decided, {})).toMatchObject({ status: 400 });
    expect(await ask(decided, { drop_params: true })).toMatchObject({ status: 200 });
  });

  test('Claude Code lists models under names that it shows, and calls them by these', async () => {
    const listed = async (agent: string, more: Record<string, string> = {}): Promise<readonly JsonObject[]> => {
      const headers = { 'anthropic-version': '2023-06-01', ...more };
      const told = await call(gateway, agent, 'GET', '/v1/models', undefined, headers);
      return told.body['data'] as readonly JsonObject[];
    };
    const plain = await listed('curl/8.0');
    expect(plain[0]).toMatchObject({ id: 'chat' });
    expect(plain[0]).not.toHaveProperty('source_model');
    const cards = await listed(CLAUDE_CODE);
    const named = (name: string): JsonObject | undefined => cards.find(({ source_model: source }) => source === name);
    expect(named('chat')).toMatchObject({ id: 'claude-router-63686174', display_name: 'chat' });
    expect(named('of-claude')).toMatchObject({ id: 'of-claude' });
    expect(named('long')).toMatchObject({ id: 'claude-router-6c6f6e67[1m]', max_input_tokens: 1_047_576 });
    expect(named('kept')).toMatchObject({ id: 'kept' });
    expect(await listed('curl/8.0', { 'x-gateway-client': 'Claude-Code' })).toStrictEqual(cards);

    const ask = (model: string, path = '/v1/chat/completions'): Promise<Told> =>
      call(gateway, CLAUDE_CODE, 'POST', path, { model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 });
    for (const name of ['claude-router-63686174', 'claude-router-63686174[1m]', 'chat[1m]', 'chat[1M]'])
      expect(await ask(name), name).toMatchObject({ status: 200, body: { model: 'chat' } });
    expect(await ask('claude-router-6d65737361676573', '/v1/messages')).toMatchObject({ status: 200, body: { model: 'messages' } });
    // Not hex, of no model, more than hex, in other letters, and another route.
    for (const name of [
      'claude-router-zz',
      'claude-router-6e6f626f6479',
      'claude-router-',
      'claude-router-63686174zz',
      'claude-router-6C6F6E67',
    ])
      expect(await ask(name), name).toMatchObject({ status: 400 });
    const vectors = (model: string): Promise<Told> => call(gateway, CLAUDE_CODE, 'POST', '/v1/embeddings', { model, input: 'Hello' });
    expect([(await vectors('vectors')).status, (await vectors('claude-router-766563746f7273')).status]).toStrictEqual([200, 400]);
    // What leads somewhere by itself is not read.
    expect(await ask('claude-router-6b657074')).toMatchObject({ status: 200, body: { model: 'claude-router-6b657074' } });
  });

  test('what rows say of their models stands in lists, of their limits the widest', async () => {
    const limits = { max_input_tokens: 2_000_000, max_output_tokens: 7 };
    const { body } = await call(gateway, 'curl/8.0', 'GET', '/v1/models');
    expect((body['data'] as readonly JsonObject[]).find(({ id }) => id === 'described')).toMatchObject({ mode: 'responses', ...limits });
    expect((await call(gateway, 'curl/8.0', 'GET', '/v1/models/described')).body).toMatchObject({ mode: 'responses', ...limits });
    const told = await call(gateway, CLAUDE_CODE, 'GET', '/v1/models', undefined, { 'anthropic-version': '2023-06-01' });
    expect((told.body['data'] as readonly JsonObject[]).find(({ source_model: source }) => source === 'described')).toMatchObject({
      id: 'claude-router-646573637269626564[1m]',
      display_name: 'Ours',
      max_input_tokens: 2_000_000,
      max_tokens: 7,
    });
  });

  test('one model by itself says who serves it', async () => {
    const card = (name: string): Promise<Told> => call(gateway, 'curl/8.0', 'GET', `/v1/models/${name}`);
    expect(await card('chat')).toMatchObject({ body: { owned_by: 'openai' } });
    expect(await card('messages')).toMatchObject({ body: { owned_by: 'anthropic' } });
    expect(await card('compatible')).toMatchObject({ body: { owned_by: 'groq' } });
  });

  test('its telemetry is taken, and without a key', async () => {
    const answer = await fetch(`${gateway.url}/api/event_logging/batch`, { method: 'POST', body: '{"events": []}' });
    expect([answer.status, await answer.json()]).toStrictEqual([200, { status: 'ok' }]);
  });
});

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
async function call(gateway: Gateway, agent: string, method: string, path: string, body?: JsonObject): Promise<Told> {
  const answer = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', 'user-agent': agent },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as JsonObject };
}

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  let decided: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url));
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
    for (const agent of ['curl/8.0', 'x claude-cli/2.0.60', 'codecs/1.0', '']) expect(await chat(agent), agent).toMatchObject({ status: 400 });
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
});

import { once } from 'node:events';
import { Agent, createServer, request as sendRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { end, makeFolder, serve, type Served } from './spawn-serve.ts';

/** `stagegate serve` as it is run: the front, every lane of ours behind it, a provider behind those, and a reference beside them. */

const KEY = 'sk-of-this-test';
const PIECES = ['data: one\n\n', 'data: tw', 'o\n\ndata: three\n\n'];
const PIECE_DELAY_MS = 60;
const FLIPS = 100;

/** What the reference was sent. */
interface Relayed {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly gone: Promise<unknown>;
}

let provider: FakeUpstream;
let reference: Server;
let front: Served;
const relayed: Relayed[] = [];

beforeAll(async () => {
  provider = await startFakeUpstream();
  reference = createServer((incoming, outgoing) => void answerAsReference(incoming, outgoing));
  await new Promise<void>((resolve) => reference.listen(0, '127.0.0.1', resolve));
  const { port } = reference.address() as AddressInfo;
  front = await serve([], makeFolder({ 'config.yaml': configFor(provider.url, `http://127.0.0.1:${port}`) }), { LITELLM_MASTER_KEY: KEY });
});

afterAll(async () => {
  await end(front);
  reference.closeAllConnections();
  reference.close();
  await provider.close();
});

beforeEach(() => {
  provider.clearScripts();
  relayed.splice(0);
});

function configFor(providerUrl: string, referenceUrl: string): string {
  const chat = `{ model: openai/gpt-4o, api_base: "${providerUrl}/v1", api_key: k }`;
  const claude = `{ model: anthropic/claude-sonnet-4-5, api_base: "${providerUrl}", api_key: k }`;
  return `
model_list:
  - { model_name: chat, litellm_params: ${chat} }
  - { model_name: claude, litellm_params: ${claude} }
  - { model_name: llama, litellm_params: { model: groq/llama-3.3-70b-versatile, api_base: "${providerUrl}/v1", api_key: k } }
  - { model_name: mixed, litellm_params: ${chat} }
  - { model_name: mixed, litellm_params: ${claude} }
litellm_settings: { num_retries: 0 }
migration:
  reference_url: ${referenceUrl}
  rules:
    - { name: later, match: { route: /v1/ocr }, lane: reference, candidate: { lane: hono, mode: off } }
    - { name: streams, match: { route: /v1/chat/completions, provider: openai, stream: true }, lane: legacy-thin }
    - { name: whole, match: { provider: openai }, lane: hono }
    - { match: { provider: groq }, lane: legacy-thin }
    - { match: { provider: anthropic }, lane: legacy-io }
`;
}

/** Another gateway: says what it was asked, or does what the path says. */
async function answerAsReference(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { url: path = '', headers } = incoming;
  const gone = once(outgoing, 'close');
  relayed.push({ path, authorization: headers.authorization, body: Buffer.concat(chunks).toString(), gone });
  if (path === '/packed') {
    outgoing.writeHead(418, 'Short and Stout', { 'content-encoding': 'gzip', 'x-of-reference': 'yes', 'keep-alive': 'timeout=1' });
    return void outgoing.end(gzipSync('packed'));
  }
  if (path === '/pieces') {
    for (const piece of PIECES) {
      outgoing.write(piece);
      await sleep(PIECE_DELAY_MS);
    }
  }
  if (path === '/silence') return outgoing.flushHeaders();
  outgoing.end(path === '/pieces' ? '' : '{"by":"reference"}');
}

interface Answer {
  readonly status: number;
  readonly lane: string | null;
  readonly rule: string | null;
  readonly declined: string | null;
  readonly text: string;
}

async function ask(path: string, body: string | object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await fetch(front.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { status, headers: got } = answer;
  const [lane, rule, declined] = ['lane', 'rule', 'declined'].map((name) => got.get(`x-stagegate-${name}`));
  return { status, lane: lane ?? null, rule: rule ?? null, declined: declined ?? null, text: await answer.text() };
}

const CHAT = '/v1/chat/completions';
const MESSAGES = '/v1/messages';
const TURNS = [{ role: 'user', content: 'good day' }];

describe('a rule', () => {
  test.each([
    ['of provider and stream', CHAT, { model: 'chat', stream: true }, 'legacy-thin', 'streams'],
    ['of provider alone', CHAT, { model: 'chat' }, 'hono', 'whole'],
    ['of a provider, in another dialect', MESSAGES, { model: 'llama', max_tokens: 9, stream: true }, 'legacy-thin', 'groq'],
    ['without a name', MESSAGES, { model: 'claude', max_tokens: 9 }, 'legacy-io', 'anthropic'],
    ['across dialects', CHAT, { model: 'claude', stream: true }, 'legacy-io', 'anthropic'],
    ['that asks for a provider takes no mixed group', CHAT, { model: 'mixed' }, 'hono', 'default'],
  ])('%s', async (_name, path, more, lane, rule) => {
    const answer = await ask(path, { messages: TURNS, ...more });
    expect([answer.status, answer.lane, answer.rule, answer.declined]).toStrictEqual([200, lane, rule, null]);
    expect(answer.text).toContain('You');
    expect(relayed).toHaveLength(0);
  });

  test.each([
    [{ model: 'chat', stream: true }, 'legacy-thin', 'streams'],
    [{ model: 'chat' }, 'hono', 'whole'],
    [{ model: 'claude' }, 'legacy-io', 'anthropic'],
  ])('errors say what served them too: %j', async (more, lane, rule) => {
    provider.enqueue({ status: 429, body: { error: { message: 'far too fast', type: 'x' } } });
    const answer = await ask(CHAT, { messages: TURNS, ...more });
    expect([answer.status, answer.lane, answer.rule]).toStrictEqual([429, lane, rule]);
    expect(answer.text).toContain('far too fast');
  });

  test('calls on one connection change lanes with every call', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const calls = [
      [{ model: 'chat', stream: true }, 'legacy-thin'],
      [{ model: 'claude' }, 'legacy-io'],
      [{ model: 'chat' }, 'hono'],
      [{ model: 'nobody' }, 'reference'],
    ] as const;
    const ports = new Set<number | undefined>();
    for (let at = 0; at < FLIPS; at += 1) {
      const [more, lane] = calls[at % calls.length] ?? calls[0];
      const call = sendRequest(`${front.url}${CHAT}`, { method: 'POST', agent, headers: { authorization: `Bearer ${KEY}` } });
      call.end(JSON.stringify({ messages: TURNS, ...more }));
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      ports.add(response.socket.localPort);
      const text = Buffer.concat(await response.toArray()).toString();
      expect([at, response.statusCode, response.headers['x-stagegate-lane']]).toStrictEqual([at, 200, lane]);
      expect(text).toContain(lane === 'reference' ? '"by":"reference"' : 'You');
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });
});

describe('what a lane declines', () => {
  const path = '/v1/responses';
  const tools = [{ type: 'file_search', vector_store_ids: ['vs_1'] }];
  const body = `{"input" : "Hello!", "model":"claude" ,"temperature":1.0, "stream":true,"tools":${JSON.stringify(tools)}}`;

  test('goes to the reference, byte for byte, and the provider is not asked', async () => {
    const count = provider.requests.length;
    const answer = await ask(path, body);
    expect([answer.status, answer.lane, answer.rule, answer.text]).toStrictEqual([200, 'reference', 'anthropic', '{"by":"reference"}']);
    expect(answer.declined).toMatch(/^core: .+/u);
    expect(relayed).toMatchObject([{ path, authorization: `Bearer ${KEY}`, body }]);
    expect(provider.requests.length).toBe(count);
    // The answer may be here before what the process has logged.
    await vi.waitFor(() => expect(front.stdout() + front.stderr()).toContain('declined'), { timeout: 10_000 });
  });
});

describe('the reference', () => {
  test.each([
    ['a model that nobody knows', CHAT, '{"model": "nobody"}', 'undecided'],
    ['no JSON', CHAT, '{"model":', 'undecided'],
    ['a path that nobody knows', '/v1/images/generations', '{"model":"chat"}', 'undecided'],
    ['a route that a rule leaves to it', '/ocr', '{"model":"chat"}', 'later'],
  ])('gets %s, and judges the key itself', async (_name, path, body, rule) => {
    const answer = await ask(path, body, { authorization: 'Bearer sk-of-another-gateway' });
    expect([answer.status, answer.lane, answer.rule]).toStrictEqual([200, 'reference', rule]);
    expect(relayed).toMatchObject([{ path, authorization: 'Bearer sk-of-another-gateway', body }]);
  });

  test('keeps its status, reason, headers and content encoding', async () => {
    const call = sendRequest(`${front.url}/packed`);
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const bytes = Buffer.concat(await response.toArray());
    const { statusCode, statusMessage, headers } = response;
    expect([statusCode, statusMessage, headers['content-encoding'], headers['x-of-reference']]).toStrictEqual([
      418,
      'Short and Stout',
      'gzip',
      'yes',
    ]);
    expect(headers['keep-alive']).not.toBe('timeout=1');
    expect(bytes).toStrictEqual(gzipSync('packed'));
  });

  test('is heard piece by piece, as it speaks', async () => {
    const call = sendRequest(`${front.url}/pieces`);
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const pieces: string[] = [];
    const times: number[] = [];
    response.on('data', (piece: Buffer) => {
      pieces.push(piece.toString());
      times.push(performance.now());
    });
    await once(response, 'end');
    expect(pieces).toStrictEqual(PIECES);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(PIECE_DELAY_MS);
  });

  test('is told when the client goes away', async () => {
    const call = sendRequest(`${front.url}/silence`);
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.destroy();
    await relayed[0]?.gone;
    expect(relayed).toHaveLength(1);
  });
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readRecords, type CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holds, segmentBytes } from './segment-bytes.ts';
import { end, makeFolder, serve, type Served } from './spawn-serve.ts';

/** Recording as it is run: the front, every lane, and a provider that says back whatever it was told, secrets and all. */

/** One secret for each place where one can stand; none is of any other. */
const SECRETS = {
  clientKey: 'sk-client-canary-a8f3kq2m',
  clientApiKey: 'client-canary-x-api-key-77d1',
  cookie: 'client-canary-cookie-19zk',
  queryKey: 'client-canary-query-Qm42/+=',
  bodyHeader: 'client-canary-extra-header-5521',
  bodyKey: 'client-canary-body-key-9c9c',
  metadataPassword: 'client-canary-metadata-password',
  providerKey: 'sk-provider-canary-p0p0p0',
  streamKey: 'sk-provider-canary-second-1111',
  extraHeader: 'deployment-canary-extra-header',
  anthropicKey: 'sk-ant-provider-canary-3333',
  geminiKey: 'AIza-provider-canary-4444',
  awsId: 'aws-id-canary-5555',
  awsSecret: 'aws-secret-canary-/abc+6666',
  awsToken: 'aws-session-token-canary-7777',
  providerCookie: 'provider-canary-set-cookie-8888',
} as const;

const LANES = ['reference', 'legacy-io', 'legacy-thin', 'hono'] as const;

let provider: Server;
let front: Served;
let dir = '';

beforeAll(async () => {
  provider = createServer((incoming, outgoing) => void echo(incoming, outgoing));
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const folder = makeFolder({ 'config.yaml': configFor(`http://127.0.0.1:${port}`) });
  dir = join(folder, 'records');
  front = await serve([], folder, { LITELLM_MASTER_KEY: SECRETS.clientKey });
});

afterAll(async () => {
  await end(front);
  provider.closeAllConnections();
  provider.close();
});

function configFor(url: string): string {
  const rows = (lane: string): string => `
  - model_name: ${lane}
    litellm_params:
      model: openai/gpt-4o
      api_base: ${url}/v1
      api_key: ${SECRETS.providerKey}
      extra_headers: { x-tenant: ${SECRETS.extraHeader}, x-second-key: ${SECRETS.streamKey} }
  - { model_name: ${lane}-claude, litellm_params: { model: anthropic/claude-sonnet-4-5, api_base: "${url}", api_key: ${SECRETS.anthropicKey} } }
  - { model_name: ${lane}-gemini, litellm_params: { model: gemini/gemini-2.0-flash, api_base: "${url}", api_key: ${SECRETS.geminiKey} } }
  - model_name: ${lane}-aws
    litellm_params:
      model: bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0
      aws_bedrock_runtime_endpoint: ${url}
      aws_region_name: us-east-1
      aws_access_key_id: ${SECRETS.awsId}
      aws_secret_access_key: ${SECRETS.awsSecret}
      aws_session_token: ${SECRETS.awsToken}`;
  return `
model_list:${LANES.map(rows).join('')}
litellm_settings: { num_retries: 0 }
migration:
  reference_url: ${url}
  record: { dir: records }
  rules:
${LANES.map((lane) => `    - { name: to-${lane}, match: { model: "${lane}*" }, lane: ${lane} }`).join('\n')}
`;
}

/** Says back everything it was told: as a chat completion, whole or in pieces cut anywhere, or as an error. */
async function echo(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const content = `${incoming.url ?? ''} ${JSON.stringify(incoming.headers)} ${body}`;
  outgoing.setHeader('set-cookie', `session=${SECRETS.providerCookie}`);
  outgoing.setHeader('x-told', String(incoming.headers.authorization ?? incoming.headers['x-api-key'] ?? ''));
  if (body.includes('"fail"')) {
    outgoing.writeHead(429, { 'content-type': 'application/json' });
    return void outgoing.end(JSON.stringify({ error: { message: content, type: 'rate_limit_error' } }));
  }
  if (!body.includes('"stream":true')) {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    const message = { role: 'assistant', content };
    return void outgoing.end(JSON.stringify({ id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  }
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  const text = `${event({ content }, null)}${event({ content: 'é' }, null)}${event({}, 'stop')}data: [DONE]\n\n`;
  const bytes = Buffer.from(text);
  // A piece ends within a secret, and one within a character.
  const cuts = [bytes.indexOf('canary') + 3, bytes.indexOf('é') + 1, bytes.length];
  for (const [index, cut] of cuts.entries()) {
    outgoing.write(bytes.subarray(cuts[index - 1] ?? 0, cut));
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  outgoing.end();
}

interface Answered {
  readonly status: number;
  readonly lane: string | null;
  readonly text: string;
}

async function ask(model: string, more: object = {}, path = '/v1/chat/completions'): Promise<Answered> {
  const answer = await fetch(`${front.url}${path}?key=${encodeURIComponent(SECRETS.queryKey)}&api-version=1`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SECRETS.clientKey}`,
      'x-api-key': SECRETS.clientApiKey,
      cookie: `a=${SECRETS.cookie}`,
      'content-type': 'application/json',
      'user-agent': 'recording-test',
      'x-of-nobody': 'is on no list',
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], max_tokens: 9, ...more }),
  });
  return { status: answer.status, lane: answer.headers.get('x-stagegate-lane'), text: await answer.text() };
}

async function records(): Promise<readonly CallRecord[]> {
  const found: CallRecord[] = [];
  const problems: unknown[] = [];
  for await (const record of readRecords(dir, { onProblem: (problem) => problems.push(problem) })) found.push(record);
  expect(problems).toStrictEqual([]);
  return found;
}

/** Waits until so many calls are on disk. */
async function recorded(count: number): Promise<readonly CallRecord[]> {
  for (;;) {
    const found = await records().catch(() => []);
    if (found.length >= count) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('every lane', () => {
  let told: Answered[] = [];
  let found: readonly CallRecord[] = [];

  beforeAll(async () => {
    told = [];
    for (const lane of LANES) {
      told.push(await ask(lane));
      told.push(await ask(lane, { stream: true }));
      told.push(await ask(lane, { stop: 'fail' }));
      for (const provider of ['claude', 'gemini', 'aws']) told.push(await ask(`${lane}-${provider}`));
      told.push(await ask(lane, { extra_headers: { 'x-mine': SECRETS.bodyHeader } }));
      told.push(await ask(lane, { api_key: SECRETS.bodyKey }));
      told.push(await ask(lane, { metadata: { note: 'a', smtp: { password: SECRETS.metadataPassword } } }));
    }
    found = await recorded(told.length);
  }, 60_000);

  test('records each of its calls once', () => {
    expect(found.map(({ lane }) => lane)).toStrictEqual(told.map(({ lane }) => lane));
    expect(found.map(({ answer }) => answer.status)).toStrictEqual(told.map(({ status }) => status));
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });

  test('and no secret of anyone, in any form', () => {
    const bytes = segmentBytes(dir);
    expect(told.map(({ text }) => text).join('')).toContain(SECRETS.providerKey);
    expect(
      Object.entries(SECRETS)
        .filter(([, secret]) => holds(bytes, secret))
        .map(([place]) => place),
    ).toStrictEqual([]);
    expect(holds(bytes, 'recording-test')).toBe(true);
  });

  test.each(LANES)('%s: what was asked, and what was answered', (lane) => {
    const record = found.find((candidate) => candidate.lane === lane);
    expect(record).toMatchObject({
      version: 1,
      origin: 'gateway',
      rule: `to-${lane}`,
      route: '/v1/chat/completions',
      client: { method: 'POST', path: '/v1/chat/completions', query: 'key=***&api-version=1', headers: { 'user-agent': 'recording-test' } },
      caller: { keyHash: expect.stringMatching(lane === 'reference' ? /^[\da-f]{64}$/u : /^litellm_proxy_master_key$/u) },
      answer: { status: 200, headers: { 'content-type': 'application/json', 'x-stagegate-lane': lane } },
    });
    expect(record?.client.headers).not.toHaveProperty('x-of-nobody');
    expect(record?.attempts.length).toBe(lane === 'reference' ? 0 : 1);
  });

  test.each(['legacy-io', 'legacy-thin', 'hono'] as const)(
    '%s: what was sent, without its credential, and the pieces of a stream',
    (lane) => {
      const stream = found.filter((candidate) => candidate.lane === lane)[1];
      const attempt = stream?.attempts[0];
      expect(attempt).toMatchObject({
        deployment: { provider: 'openai', model: 'gpt-4o', modelGroup: lane },
        request: {
          method: 'POST',
          headers: { 'x-tenant': '***' },
          auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
        },
        answer: { status: 200, headers: { 'set-cookie': '***' } },
      });
      expect(attempt?.request.headers).not.toHaveProperty('authorization');
      const pieces = attempt?.answer?.pieces ?? [];
      expect(pieces.length).toBeGreaterThanOrEqual(3);
      expect(pieces.map(([, atMs]) => atMs)).toStrictEqual(pieces.map(([, atMs]) => atMs).toSorted((a, b) => a - b));
      expect(stream?.answer.pieces.length).toBeGreaterThanOrEqual(2);
      expect(stream?.answer.body).toMatchObject({ text: expect.stringContaining('[DONE]') });
    },
  );
});

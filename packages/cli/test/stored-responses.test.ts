import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashKey } from '@stagegate/gateway-engine/auth';
import type { Caller, KeyLookup } from '@stagegate/gateway-engine/ports';
import { MASTER } from '@stagegate/gateway-engine/ports';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caller } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** Responses that a provider keeps: every lane and the front, over sockets. */

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly text: string;
  readonly key: string | undefined;
}

const seen: Seen[] = [];
const RESPONSE = {
  id: 'resp_of_provider',
  object: 'response',
  created_at: 1_700_000_000,
  model: 'gpt-4o-2024',
  status: 'completed',
  output: [],
  usage: { input_tokens: 10, output_tokens: 10, total_tokens: 20 },
};

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'a' } }],
};

/** A provider of the responses API, as far as it is asked here. */
const provider = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { method, url, headers } = incoming;
    seen.push({ method, url, text: Buffer.concat(chunks).toString(), key: headers.authorization });
    const isLost = url?.includes('resp_lost') === true;
    outgoing.writeHead(isLost ? 404 : 200, { 'content-type': 'application/json' });
    if (isLost) outgoing.end('{"error":{"message":"No response found.","type":"invalid_request_error"}}');
    else if (url?.includes('input_items') === true) outgoing.end('{"object":"list","data":[{"id":"msg_1"}],"has_more":false}');
    else if (method === 'DELETE') outgoing.end('{"id":"resp_of_provider","object":"response","deleted":true}');
    else outgoing.end(JSON.stringify(url?.endsWith('/chat/completions') === true ? COMPLETION : RESPONSE));
  });
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => provider.close(resolve)));

function userOf(userId: string): Caller {
  return { ...MASTER, kind: 'virtual-key', userId, role: 'internal_user' };
}

const BARELY_ONE = { scope: 'api_key', id: 'barely', requests: undefined, tokens: 22, parallel: undefined };
const CALLERS: Readonly<Record<string, Caller>> = {
  'sk-of-ann': userOf('ann'),
  'sk-of-ben': userOf('ben'),
  'sk-of-barely-one': caller({ rates: { own: [BARELY_ONE], byModel: [], others: [] } }),
};
const keys: KeyLookup = {
  find: (keyHash) => {
    const found = Object.entries(CALLERS).find(([key]) => hashKey(key) === keyHash);
    return found === undefined ? { kind: 'unknown' } : { kind: 'found', caller: found[1] };
  },
  findEndUser: () => ({ kind: 'unknown' }),
};

describe.each(GATEWAYS)('%s', (name) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    gateway = await startGateway(name, configFor(url), { keys });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    seen.length = 0;
  });

  const ask = async (
    method: string,
    path: string,
    body?: object,
    key = MASTER_KEY,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const answer = await fetch(gateway.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const create = async (key?: string): Promise<string> => {
    const { body } = await ask('POST', '/v1/responses', { model: 'chat', input: 'good day' }, key);
    expect(body['id']).toMatch(/^resp_(?!of_provider)/u);
    seen.length = 0;
    return String(body['id']);
  };

  test('what a response took is counted when it is made, and not again when it is shown', async () => {
    const id = await create('sk-of-barely-one');
    for (let times = 0; times < 5; times += 1)
      expect((await ask('GET', `/v1/responses/${id}`, undefined, 'sk-of-barely-one')).status).toBe(200);
    expect((await ask('POST', '/v1/responses', { model: 'chat', input: 'good day' }, 'sk-of-barely-one')).status).toBe(429);
  });

  test('a response is shown, listed, cancelled and deleted where it was made', async () => {
    const id = await create();
    const shown = { ...RESPONSE, id };
    expect(await ask('GET', `/v1/responses/${id}`)).toEqual({ status: 200, body: shown });
    expect(await ask('GET', `/openai/v1/responses/${id}`)).toEqual({ status: 200, body: shown });
    expect(await ask('GET', `/responses/${id}/input_items?limit=3`)).toMatchObject({ status: 200, body: { data: [{ id: 'msg_1' }] } });
    expect(await ask('POST', `/v1/responses/${id}/cancel`)).toEqual({ status: 200, body: shown });
    expect(await ask('DELETE', `/v1/responses/${id}`)).toEqual({ status: 200, body: { id, object: 'response', deleted: true } });
    const key = 'Bearer key-of-chat';
    const place = '/v1/responses/resp_of_provider';
    expect(seen).toEqual([
      { method: 'GET', url: place, text: '', key },
      { method: 'GET', url: place, text: '', key },
      { method: 'GET', url: `${place}/input_items?limit=3&order=desc`, text: '', key },
      { method: 'POST', url: `${place}/cancel`, text: '{}', key },
      { method: 'DELETE', url: place, text: '', key },
    ]);
  });

  test.each(['resp_of_provider', 'resp_AAAA', 'x%2F..%2Fy'])('%s was not given out here: nothing is sent', async (id) => {
    expect(await ask('GET', `/v1/responses/${id}`)).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
    expect(await ask('DELETE', `/v1/responses/${id}`)).toMatchObject({ status: 400 });
    expect(seen).toEqual([]);
  });

  test('nor was one that differs in a bit from one that was', async () => {
    const bytes = Buffer.from((await create()).slice('resp_'.length), 'base64url');
    for (const at of bytes.keys()) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      expect([at, (await ask('GET', `/v1/responses/resp_${other.toString('base64url')}`)).status]).toStrictEqual([at, 400]);
    }
    expect(seen).toEqual([]);
  });

  test('without a key nobody learns anything', async () => {
    const id = await create();
    expect(await ask('GET', `/v1/responses/${id}`, undefined, 'sk-wrong')).toMatchObject({ status: 401 });
    expect(seen).toEqual([]);
  });

  test("another user's response is nobody's business, to be shown, deleted or gone on with; the admin's it is", async () => {
    const id = await create('sk-of-ann');
    for (const method of ['GET', 'DELETE']) {
      expect(await ask(method, `/v1/responses/${id}`, undefined, 'sk-of-ben')).toMatchObject({ status: 403, body: { error: {} } });
    }
    const goOn = { model: 'chat', input: 'and then?', previous_response_id: id };
    expect(await ask('POST', '/v1/responses', goOn, 'sk-of-ben')).toMatchObject({ status: 403 });
    expect(seen).toEqual([]);
    expect(await ask('GET', `/v1/responses/${id}`, undefined, 'sk-of-ann')).toMatchObject({ status: 200, body: { id } });
    expect(await ask('POST', '/v1/responses', goOn, 'sk-of-ann')).toMatchObject({ status: 200 });
    expect(await ask('GET', `/v1/responses/${id}`)).toMatchObject({ status: 200 });
  });

  test('a provider that only chats keeps nothing', async () => {
    const { body } = await ask('POST', '/v1/responses', { model: 'compatible', input: 'good day' });
    expect(body['id']).toMatch(/^resp_/u);
    seen.length = 0;
    const { status, body: refused } = await ask('GET', `/v1/responses/${String(body['id'])}`);
    expect([status, JSON.stringify(refused)]).toEqual([400, expect.stringContaining('groq is not known to serve this route')]);
    expect(seen).toEqual([]);
  });
});

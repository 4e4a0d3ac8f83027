import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { parseConfig } from '@stagegate/gateway-engine/config';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openCache } from '../src/serve/open-cache.ts';
import { callerWith, type Call } from './support/cache-calls.ts';
import { configFor, startGateway } from './support/gateway.ts';

/** Answers that are kept in a bucket, in every lane. The bucket is a server that keeps what it is given, in the form that S3 has. */

const CHAT = '/v1/chat/completions';
const chat = (more: JsonObject = {}): JsonObject => ({ model: 'chat', messages: [{ role: 'user', content: 'hi' }], ...more });

interface Kept {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const objects = new Map<string, Kept>();
let isIll = false;
let asked = 0;
const bucket = createServer((incoming, outgoing) => {
  const { url = '', method, headers } = incoming;
  if (method === 'GET') asked += 1;
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    if (isIll) return void outgoing.writeHead(503).end('<Error/>');
    if (method === 'PUT') {
      objects.set(url, { headers, body: Buffer.concat(chunks).toString() });
      return void outgoing.writeHead(200).end();
    }
    const kept = objects.get(url);
    if (kept === undefined) return void outgoing.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    const { expires } = kept.headers;
    outgoing.writeHead(200, { 'content-length': Buffer.byteLength(kept.body), ...(expires !== undefined && { expires }) }).end(kept.body);
  });
});

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await upstream.close();
  bucket.close();
});
beforeEach(() => {
  objects.clear();
  isIll = false;
});

describe.each(HTTP_LANES)('%s', (lane: HttpLane) => {
  async function gatewayOf(params: JsonObject = {}): Promise<Call> {
    const cacheParams = {
      type: 's3',
      s3_bucket_name: 'answers',
      s3_region_name: 'eu-west-1',
      s3_endpoint_url: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/`,
      s3_path: 'of/ours/',
      s3_aws_access_key_id: 'AKIDEXAMPLE',
      s3_aws_secret_access_key: 'made-up',
      ...params,
    };
    const config = configFor(upstream.url, { litellm_settings: { num_retries: 0, cache: true, cache_params: cacheParams } });
    const parsed = parseConfig(config, { env: {} });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const gateway = await startGateway(lane, config, { cache: await openCache(parsed.config, undefined) });
    onTestFinished(() => gateway.close());
    return callerWith(gateway.url);
  }

  test('what one instance keeps, another reads; signed, under LiteLLM’s key, and with its end', async () => {
    const [one, other] = [await gatewayOf({ namespace: 'ns', ttl: 120 }), await gatewayOf({ namespace: 'ns' })];
    const first = await one(CHAT, chat());
    await expect.poll(() => objects.size).toBe(1);
    const second = await other(CHAT, chat());
    expect(second.text).toBe(first.text);
    const [[path, { headers, body }] = ['', { headers: {}, body: '{}' }]] = objects;
    expect(path).toBe(`/answers/of/ours/${String(second.key).replace(':', '/')}`);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'immutable, max-age=120, s-maxage=120',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request, /u) as string,
    });
    expect(JSON.parse(body)).toMatchObject({ response: first.text });
    const stream = await one(CHAT, chat({ stream: true }));
    await expect.poll(() => objects.size).toBe(2);
    expect(await other(CHAT, chat({ stream: true }))).toMatchObject({ text: stream.text, key: expect.any(String) as string });
  });

  test('what is past its end is none', async () => {
    const call = await gatewayOf();
    await call(CHAT, chat());
    await expect.poll(() => objects.size).toBe(1);
    const [[path, kept] = ['', { headers: {}, body: '' }]] = objects;
    objects.set(path, { ...kept, headers: { expires: new Date(0).toUTCString() } });
    expect((await call(CHAT, chat())).key).toBeNull();
  });

  test('a bucket that is away has nothing, and is asked no more for a while', async () => {
    const call = await gatewayOf();
    isIll = true;
    const before = asked;
    for (let count = 0; count < 5; count += 1) expect(await call(CHAT, chat())).toMatchObject({ status: 200, key: null });
    expect(asked - before).toBe(1);
  });
});

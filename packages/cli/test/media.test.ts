import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

const upstream = await startFakeUpstream();
/** Where pictures are, and where nobody may look. */
const asked: string[] = [];
const pictures = createServer((incoming, outgoing) => {
  asked.push(`${incoming.url} ${JSON.stringify(incoming.headers)}`);
  outgoing.writeHead(incoming.url?.startsWith('/a.png') === true ? 200 : 404, { 'content-type': 'image/png' }).end('picture');
});
await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
const host = `127.0.0.1:${(pictures.address() as AddressInfo).port}`;

afterAll(async () => {
  await new Promise<void>((resolve) => pictures.close(() => resolve()));
  await upstream.close();
});
beforeEach(() => void asked.splice(0));

const CLOSING = "\n\nLiteLLM: model group 'messages' failed with the error above. No fallback was attempted.";

async function ask(gateway: Gateway, url: string, stream = false): Promise<{ readonly status: number; readonly text: string }> {
  const content = [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url } },
  ];
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'messages', stream, messages: [{ role: 'user', content }] }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe.each(GATEWAYS)('%s', (lane) => {
  let trusting: Gateway;
  let wary: Gateway;
  beforeAll(async () => {
    const settings: JsonObject = { num_retries: 0, user_url_allowed_hosts: [host] };
    trusting = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }));
    wary = await startGateway(lane, configFor(upstream.url));
  });
  afterAll(() => Promise.all([trusting.close(), wary.close()]));

  test.each([false, true])(
    'a picture that the provider does not read itself is fetched and sent with the call; stream: %s',
    async (stream) => {
      const before = upstream.requests.length;
      expect((await ask(trusting, `http://${host}/a.png?stream=${stream}`, stream)).status).toBe(200);
      const sent = JSON.parse(upstream.requests[before]?.text ?? '{}');
      expect(sent.messages[0].content[1]).toStrictEqual({
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: Buffer.from('picture').toString('base64') },
      });
      expect(asked).toHaveLength(1);
      expect(asked[0]).not.toMatch(/sk-|key-of|authorization/u);
    },
  );

  test('F-60: nobody is led into the network of the gateway, nor told what is there', async () => {
    const before = upstream.requests.length;
    const { status, text } = await ask(wary, `http://${host}/a.png`);
    const message =
      'litellm.BadRequestError: Error: Unable to fetch image from URL. The proxy could not resolve this host or its URL policy rejected it; ' +
      `an admin can check the proxy log and \`user_url_allowed_hosts\` in litellm_settings. url=http://${host}/a.png${CLOSING}`;
    expect([status, JSON.parse(text)]).toStrictEqual([
      400,
      { error: { message, type: 'invalid_request_error', param: null, code: '400' } },
    ]);
    expect([asked, upstream.requests.length]).toStrictEqual([[], before]);
  });

  test('a picture that is not there is the caller’s mistake', async () => {
    const before = upstream.requests.length;
    const { status, text } = await ask(trusting, `http://${host}/gone.png`);
    expect([status, JSON.parse(text).error.message]).toStrictEqual([
      400,
      `litellm.BadRequestError: Error: Unable to fetch image from URL. Status code: 404, url=http://${host}/gone.png${CLOSING}`,
    ]);
    expect(upstream.requests.length).toBe(before);
  });
});

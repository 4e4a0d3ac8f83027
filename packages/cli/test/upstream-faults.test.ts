import { HTTP_LANES } from '@stagegate/parity/lanes';
import type { Script } from '@stagegate/testbed';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MASTER_KEY, startGateway } from './support/gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** What a provider may send after its answer, or in place of its head, in every lane: the answer stays whole, or the call is refused. */

const { first, second } = await twoProviders();

interface Answered {
  readonly status: number;
  readonly text: string;
}

type Ask = (stream: boolean) => Promise<Answered>;

async function gatewayOf(lane: (typeof HTTP_LANES)[number]): Promise<Ask> {
  const gateway = await startGateway(lane, {
    model_list: [
      {
        model_name: 'm',
        litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', timeout: 2, stream_timeout: 2 },
      },
    ],
    general_settings: { master_key: MASTER_KEY },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  });
  onTestFinished(() => gateway.close());
  return async (stream) => {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'good day' }], stream }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

const event = (choice: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, ...choice }] })}\n\n`;
const TEXT = event({ delta: { role: 'assistant', content: 'all of it' }, finish_reason: null });
const FINISHED = event({ delta: {}, finish_reason: 'stop' });
const DONE = 'data: [DONE]\n\n';
const headers = { 'content-type': 'text/event-stream' };
/** As HTTP chunks, so that a connection may end before the body does. */
const rawStream = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;

describe.each(HTTP_LANES)('%s', (lane) => {
  test.each<[string, Script]>([
    ['an event after it', { headers, body: TEXT + FINISHED + DONE + event({ delta: { content: 'too late' }, finish_reason: null }) }],
    ['an error after it', { headers, body: `${TEXT}${FINISHED}${DONE}data: {"error":{"message":"too late"}}\n\n` }],
    ['an event that cannot be read', { headers, body: `${TEXT}${FINISHED}${DONE}data: too late {{{\n\n` }],
    ['bytes that are no event', { headers, body: `${TEXT}${FINISHED}${DONE}\0\ufffd too late {{{` }],
    [
      'a reset in place of its end',
      { headers, body: TEXT + FINISHED + DONE, end: 'reset', cutAfterBytes: (TEXT + FINISHED + DONE).length },
    ],
    ['bytes that are no chunk', { raw: `${rawStream(TEXT + FINISHED + DONE)}too late\r\n` }],
    ['no mark of its end', { headers, body: TEXT + FINISHED }],
  ])('a whole stream and %s: the client has the stream, and its end once', async (_what, script) => {
    const ask = await gatewayOf(lane);
    first.enqueue(script);
    const { status, text } = await ask(true);
    expect(status).toBe(200);
    expect(text).toContain('all of it');
    expect(text).not.toContain('too late');
    expect(text).not.toContain('"error"');
    expect(text.split('data: [DONE]')).toHaveLength(2);
    expect(text.endsWith(DONE)).toBe(true);
  });

  const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
  const BROKEN = 'the connection broke before the answer was complete';
  const TOO_LARGE = 'the answer is larger than this gateway accepts';
  test.each<[string, Script, string]>([
    ['a million headers', { raw: `${OK}${'a: b\r\n'.repeat(1_000_000)}\r\n{}` }, TOO_LARGE],
    ['a header of a megabyte', { raw: `${OK}x-large: ${'x'.repeat(1_048_576)}\r\n\r\n{}` }, TOO_LARGE],
    ['another protocol', { raw: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n' }, BROKEN],
    ['nothing but news that an answer will come', { raw: 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50_000) }, BROKEN],
    [
      'a redirect to somebody inside',
      { status: 307, headers: { location: `${second.url}/v1/chat/completions` }, body: '' },
      'answered with a redirect (status 307), which is not followed; api_base may be wrong',
    ],
  ])('%s: refused, and the next call is answered', async (_what, script, why) => {
    const ask = await gatewayOf(lane);
    const others = second.requests.length;
    first.enqueue(script);
    const refused = await ask(false);
    expect(refused.status).toBe(502);
    expect(JSON.parse(refused.text)).toHaveProperty('error.message', expect.stringContaining(why));
    expect(refused.text.length).toBeLessThan(4_096);
    expect(second.requests.length).toBe(others);
    expect((await ask(false)).status).toBe(200);
  });
});

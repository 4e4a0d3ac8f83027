import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import type { Script } from '@stagegate/testbed';
import { describe, expect, test } from 'vitest';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** What a client hears of each way in which a provider may fail, whole and streamed, in every lane. */

const { first, second } = await twoProviders();

interface Answered {
  readonly status: number;
  readonly text: string;
}

type Ask = (stream: boolean, more?: JsonObject) => Promise<Answered>;

async function gatewayOf(lane: HttpLane, params: JsonObject = {}, router: JsonObject = {}): Promise<Ask> {
  const row = (group: string, more: JsonObject): JsonObject => ({
    model_name: group,
    litellm_params: {
      model: 'openai/gpt-4o',
      api_base: `${first.url}/v1`,
      api_key: 'sk-of-the-provider',
      timeout: 1,
      stream_timeout: 1,
      ...more,
    },
  });
  const send = await startRouted(lane, [row('m', params), row('spare', { api_base: `${second.url}/v1` })], router);
  return async (stream, more = {}) => {
    const answer = await send({ model: 'm', messages: [{ role: 'user', content: 'good day' }], stream, ...more });
    return { status: answer.status, text: await answer.text() };
  };
}

const refusal = (status: number): [string, Script, number, string] => [
  `status ${status}`,
  { status, body: { error: { message: 'no' } } },
  status,
  'OpenAIException - no',
];
const HTML = { headers: { 'content-type': 'text/html' }, body: `<html>${'oops '.repeat(9_000)}</html>` };
const BROKEN = 'the connection broke before the answer was complete';
const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Before anything that a client could use: a status, and one JSON error in its dialect. */
const FAILURES: readonly [what: string, script: Script, status: number, why: string][] = [
  ['a reset before the head', { end: 'reset', cutAfterBytes: 0 }, 502, BROKEN],
  ['an end before the head', { raw: '' }, 502, BROKEN],
  ['half a head', { raw: 'HTTP/1.1 200 OK\r\ncontent-ty' }, 502, BROKEN],
  ['a reset amid the first words', { end: 'reset', cutAfterBytes: 40 }, 502, BROKEN],
  ['an end amid the first words', { end: 'close', cutAfterBytes: 40 }, 502, BROKEN],
  ['less than it said', { raw: `${JSON_HEAD}content-length: 400\r\n\r\n{"id":"x"}` }, 502, BROKEN],
  ['chunks that are none', { raw: `${JSON_HEAD}transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n` }, 502, BROKEN],
  ['no head in time', { end: 'hang', cutAfterBytes: 0 }, 408, 'Connection timed out'],
  ['silence after the first words', { end: 'hang', cutAfterBytes: 40 }, 408, 'Connection timed out'],
  ['half a JSON', { body: '{"id":' }, 502, 'no JSON object'],
  ['a comma too many', { body: '{"id":"x",}' }, 502, 'no JSON object'],
  ['an error in a 200', { body: { error: { message: 'busy', code: 503 } } }, 503, 'OpenAIException - busy'],
  ['a page in a 503', { status: 503, ...HTML }, 503, 'Error code: 503 - <html>oops'],
  ...[408, 409, 425, 429, 500, 503, 529].map(refusal),
];
/** These are no event of a stream: it ends before it has begun. */
const UNREADABLE: readonly [what: string, script: Script, why: string][] = [
  ['an empty body', { body: '' }, 'the answer is empty'],
  ['null', { body: 'null' }, 'no JSON object'],
  ['a number', { body: '1' }, 'no JSON object'],
  ['a page', HTML, 'no JSON object'],
];

const WORDS = ['one', 'two', 'three', 'four', 'five'];
const toEvent = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

/** At most two kilobytes of what a provider said, nothing of where we stumbled, and never its key. */
function expectError({ status, text }: Answered, wanted: number, why: string): void {
  expect([status, text.slice(0, 400)]).toStrictEqual([wanted, expect.stringContaining(why)]);
  expect(JSON.parse(text)).toMatchObject({ error: { message: expect.stringContaining(why), code: String(wanted) } });
  expect(text.length).toBeLessThan(2_500);
  expect(text).not.toMatch(/\.ts:\d|at \w+ \(|sk-of-the-provider/u);
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test.each(FAILURES)('%s', async (_what, script, status, why) => {
    const ask = await gatewayOf(lane);
    for (const stream of [false, true]) {
      first.enqueue(script);
      expectError(await ask(stream), status, why);
    }
    expect((await ask(false)).status).toBe(200);
  });

  test.each(UNREADABLE)('%s in place of an answer', async (_what, script, why) => {
    const ask = await gatewayOf(lane);
    first.enqueue(script, script);
    expectError(await ask(false), 502, why);
    expectError(await ask(true), 502, 'the stream ended while waiting for the first event');
  });

  test.each([
    ['a name that nobody has', 'http://provider.invalid/v1'],
    ['a provider that speaks no TLS', first.url.replace('http:', 'https:')],
    ['a port that nobody listens on', 'http://127.0.0.1:1/v1'],
  ])('%s: the next group answers', async (_what, apiBase) => {
    const ask = await gatewayOf(lane, { api_base: apiBase }, { fallbacks: [{ m: ['spare'] }] });
    for (const stream of [false, true]) expect((await ask(stream)).status).toBe(200);
    const failed = await ask(false, { disable_fallbacks: true });
    expectError(failed, 500, 'litellm.InternalServerError: OpenAIException - Connection error.');
  });

  test('a reset after each event of a stream: the events that came, one error, no end, and nobody else is asked', async () => {
    const ask = await gatewayOf(lane, {}, { num_retries: 3, fallbacks: [{ m: ['spare'] }] });
    const others = second.requests.length;
    for (const [index] of WORDS.entries()) {
      const before = first.requests.length;
      const came = WORDS.slice(0, index + 1);
      const body = came.map(toEvent).join('');
      first.enqueue({
        headers: { 'content-type': 'text/event-stream' },
        body: body + toEvent('never'),
        end: 'reset',
        cutAfterBytes: body.length,
      });
      const { status, text } = await ask(true);
      const events = text.split('\n\n').filter((event) => event !== '');
      expect(status).toBe(200);
      expect([...text.matchAll(/"content":"(\w+)"/gu)].map(([, word]) => word)).toStrictEqual(came);
      expect(events).toHaveLength(came.length + 1);
      expect(events.at(-1)).toMatch(/^data: \{"error":/u);
      expect([first.requests.length - before, second.requests.length - others]).toStrictEqual([1, 0]);
    }
  });

  test('num_retries_per_request: so many calls to providers and no more, whatever else is configured', async () => {
    const ask = await gatewayOf(lane, {}, { num_retries: 5, num_retries_per_request: 2, fallbacks: [{ m: ['spare'] }], retry_after: 0 });
    const before = first.requests.length + second.requests.length;
    for (let count = 0; count < 9; count += 1) {
      first.enqueue({ status: 503 });
      second.enqueue({ status: 503 });
    }
    expect((await ask(false)).status).toBe(503);
    expect(first.requests.length + second.requests.length - before).toBe(3);
  });
});

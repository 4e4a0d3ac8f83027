import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES } from '@stagegate/parity/lanes';
import type { Script } from '@stagegate/testbed';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MASTER_KEY, startGateway } from './support/gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Retries, fallbacks and cooldowns of every lane, over sockets, against providers that fail as they are told. */

const { first, second } = await twoProviders();

/** A row of a group: at the first provider, unless it says another. */
function row(group: string, more: JsonObject = {}, info: JsonObject = {}): JsonObject {
  const params = { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', ...more };
  return { model_name: group, litellm_params: params, model_info: { id: `${group}-${Object.keys(info).length}`, ...info } };
}

const atSecond = (): JsonObject => ({ api_base: `${second.url}/v1` });

/** Two rows that share their calls evenly: one at each provider. */
const pair = (group: string): JsonObject[] => [row(group, {}, { id: `${group}-1` }), row(group, atSecond(), { id: `${group}-2` })];

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly message: string;
}

type Ask = (body: JsonObject, headers?: Record<string, string>, signal?: AbortSignal) => Promise<Answered>;

/** A gateway of its own, so that no test sees another's cooldowns. */
async function gatewayOf(lane: (typeof HTTP_LANES)[number], rows: readonly JsonObject[], router: JsonObject = {}): Promise<Ask> {
  const gateway = await startGateway(lane, {
    model_list: rows,
    general_settings: { master_key: MASTER_KEY, dangerously_allow_mock_testing_request_params: true },
    router_settings: { num_retries: 1, disable_cooldowns: true, ...router },
  });
  onTestFinished(() => gateway.close());
  return async (body, headers = {}, signal = new AbortController().signal) => {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'good day' }], ...body }),
      signal,
    });
    const text = await answer.text();
    const message = /"message":"((?:[^"\\]|\\.)*)"/u.exec(text)?.[1] ?? '';
    return { status: answer.status, headers: answer.headers, text, message };
  };
}

const routeOf = ({ status, headers }: Answered): unknown[] => [
  status,
  headers.get('x-litellm-attempted-retries'),
  headers.get('x-litellm-attempted-fallbacks'),
];

function failBoth(script: Script, times = 1): void {
  for (let count = 0; count < times; count += 1) {
    first.enqueue(script);
    second.enqueue(script);
  }
}

const refusal = (status: number, message = 'no', more: JsonObject = {}): Script => ({ status, body: { error: { message, ...more } } });

describe.each(HTTP_LANES)('%s', (lane) => {
  describe('a failure that another try may mend is tried again', () => {
    test.each<[string, Script]>([
      ...[408, 409, 429, 500, 502, 503, 504, 529].map((status): [string, Script] => [`status ${status}`, refusal(status)]),
      ['a reset before the head', { end: 'reset', cutAfterBytes: 0 }],
      ['nothing at all', { raw: '' }],
      ['a reset amid the body', { end: 'reset', cutAfterBytes: 40 }],
      ['a body that is too short', { end: 'close', cutAfterBytes: 40 }],
      ['half a JSON', { body: '{"id":' }],
      ['an HTML page', { headers: { 'content-type': 'text/html' }, body: '<html>oops</html>' }],
      ['an empty body', { body: '' }],
      ['null', { body: 'null' }],
      ['bad chunks', { raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nZZ\r\n{}\r\n' }],
    ])('%s', async (_, script) => {
      const ask = await gatewayOf(lane, pair('pair'));
      failBoth(script);
      const before = first.requests.length + second.requests.length;
      const answer = await ask({ model: 'pair' });
      // With two deployments the next try may meet the same failure of the other: then that is the end.
      const asked = first.requests.length + second.requests.length - before;
      expect(asked).toBe(2);
      expect([answer.headers.get('x-litellm-attempted-retries'), answer.headers.get('x-litellm-max-retries')]).toStrictEqual(['1', '1']);
    });

    test('and answered, when that helps', async () => {
      const ask = await gatewayOf(lane, [row('lone')]);
      first.enqueue(refusal(503));
      const answer = await ask({ model: 'lone' });
      expect(routeOf(answer)).toStrictEqual([200, '1', '0']);
      expect(answer.headers.get('x-litellm-max-retries')).toBe('1');
      expect(JSON.parse(answer.text)).toMatchObject({ model: 'lone' });
    });
  });

  test.each([400, 404, 413, 422])('status %i is the call’s own fault: nobody else is asked', async (status) => {
    const ask = await gatewayOf(lane, pair('pair'));
    failBoth(refusal(status));
    const before = first.requests.length + second.requests.length;
    const answer = await ask({ model: 'pair' });
    expect(answer.status).toBe(status);
    expect(first.requests.length + second.requests.length - before).toBe(1);
  });

  test.each([401, 403])('status %i: another deployment may have a better key, the same one has not', async (status) => {
    const ask = await gatewayOf(lane, [row('one', {}, { id: 'x1' }), row('one', atSecond(), { id: 'x2' })], { num_retries: 3 });
    for (let count = 0; count < 9; count += 1) first.enqueue(refusal(status));
    for (let count = 0; count < 6; count += 1) expect((await ask({ model: 'one' })).status).toBe(200);
    const lone = await gatewayOf(lane, [row('lone')], { num_retries: 3 });
    first.clearScripts();
    first.enqueue(refusal(status));
    expect(routeOf(await lone({ model: 'lone' }))).toStrictEqual([status, '0', '0']);
  });

  describe('streams', () => {
    test('what fails before the first event is tried again', async () => {
      const ask = await gatewayOf(lane, [row('lone')]);
      first.enqueue({ body: 'data: {"error":{"message":"busy","code":503}}\n\n', headers: { 'content-type': 'text/event-stream' } });
      const answer = await ask({ model: 'lone', stream: true });
      expect(routeOf(answer)).toStrictEqual([200, '1', '0']);
      expect(answer.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    });

    test('what fails after it is the end, whatever is configured', async () => {
      const ask = await gatewayOf(lane, [row('lone'), row('spare', atSecond())], { num_retries: 3, fallbacks: [{ lone: ['spare'] }] });
      const before = first.requests.length;
      const others = second.requests.length;
      first.enqueue({ end: 'reset', cutAfterBytes: 260 });
      const answer = await ask({ model: 'lone', stream: true });
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/"error":/u);
      expect(answer.text).not.toContain('[DONE]');
      expect([first.requests.length - before, second.requests.length - others]).toStrictEqual([1, 0]);
    });
  });

  describe('fallbacks', () => {
    const rows = (): JsonObject[] => [row('lone'), row('spare', { ...atSecond(), model: 'openai/spare-model' }), row('last', atSecond())];

    test('another group answers, and says so', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare'] }] });
      first.enqueue(refusal(500));
      const answer = await ask({ model: 'lone' });
      expect(routeOf(answer)).toStrictEqual([200, '0', '1']);
      expect(answer.headers.get('x-litellm-model-group')).toBe('spare');
      expect(JSON.parse(answer.text)).toMatchObject({ model: 'spare-model' });
    });

    test('a stream names the group that it fell back to', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare'] }] });
      first.enqueue(refusal(500));
      const answer = await ask({ model: 'lone', stream: true });
      expect([answer.status, new Set(answer.text.match(/"model":"[^"]*"/gu))]).toStrictEqual([200, new Set(['"model":"spare"'])]);
    });

    test('a client’s mistake falls back too, as in the reference', async () => {
      const ask = await gatewayOf(lane, rows(), { fallbacks: [{ lone: ['spare'] }] });
      first.enqueue(refusal(400));
      expect(routeOf(await ask({ model: 'lone' }))).toStrictEqual([200, '0', '1']);
    });

    test('a provider that nobody can reach', async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/v1`;
      await new Promise((resolve) => closed.close(resolve));
      const ask = await gatewayOf(lane, [row('lone', { api_base: nowhere }), row('spare', atSecond())], {
        num_retries: 0,
        fallbacks: [{ lone: ['spare'] }],
      });
      expect(routeOf(await ask({ model: 'lone' }))).toStrictEqual([200, '0', '1']);
    });

    test('a provider that says nothing in time', async () => {
      const ask = await gatewayOf(lane, [row('lone', { timeout: 0.2 }), row('spare', atSecond())], {
        num_retries: 0,
        fallbacks: [{ lone: ['spare'] }],
      });
      first.enqueue({ end: 'hang', cutAfterBytes: 0 });
      expect(routeOf(await ask({ model: 'lone' }))).toStrictEqual([200, '0', '1']);
    });

    test('when nothing helps, the first error stands, with that of its first fallback in it', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare', 'last'] }] });
      first.enqueue(refusal(500, 'the first'));
      second.enqueue(refusal(503, 'the second'), refusal(502, 'the third'));
      const answer = await ask({ model: 'lone' });
      expect(answer.status).toBe(500);
      expect(answer.message).toMatch(
        /^litellm\.InternalServerError: OpenAIException - the first\\n\\nLiteLLM: model group 'lone' failed with the error above\. Fallback to spare, last also failed: litellm\.ServiceUnavailableError: OpenAIException - the second$/u,
      );
    });

    test('nothing is said of fallbacks to whoever wants none', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare'] }] });
      first.enqueue(refusal(500, 'the first'));
      expect((await ask({ model: 'lone', disable_fallbacks: true })).message).toBe(
        'litellm.InternalServerError: OpenAIException - the first',
      );
    });

    test('a group without any says which have some, in the order of the configuration', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare'] }, { any: ['spare'] }] });
      second.enqueue(refusal(500));
      expect((await ask({ model: 'last' })).message).toContain(
        "model group 'last' failed with the error above and no fallback model group was found for it, so the request was not retried on another model. Fallbacks are configured for: lone, any.",
      );
    });

    test('a group’s own fallbacks come before the next of the group before it; none is asked twice', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare', 'last'] }, { spare: ['last'] }] });
      first.enqueue(refusal(500));
      second.enqueue(refusal(500), refusal(500), refusal(500));
      const before = second.requests.length;
      expect((await ask({ model: 'lone' })).status).toBe(500);
      expect(second.requests.length - before).toBe(2);
    });

    test('a fallback that fails goes on with the fallbacks of the group before it, those for its own failure, before those of everybody', async () => {
      const long = refusal(400, "This model's maximum context length is 10 tokens", { code: 'context_length_exceeded' });
      const ask = await gatewayOf(lane, [...rows(), row('other', atSecond()), row('everybodys')], {
        num_retries: 0,
        fallbacks: [{ lone: ['spare'] }, { other: ['last'] }, { '*': ['everybodys'] }],
        context_window_fallbacks: [{ lone: ['last'] }, { other: ['spare'] }],
      });
      const groupOf = async (model: string): Promise<unknown[]> => {
        const { status, headers } = await ask({ model });
        return [status, headers.get('x-litellm-model-group')];
      };
      first.enqueue(refusal(500));
      second.enqueue(long);
      expect(await groupOf('lone')).toStrictEqual([200, 'last']);
      second.enqueue(long, refusal(500));
      expect(await groupOf('other')).toStrictEqual([200, 'last']);
    });

    test('after fallbacks, however many, their header says 1, as the reference’s does', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0, fallbacks: [{ lone: ['spare', 'last'] }] });
      first.enqueue(refusal(500));
      second.enqueue(refusal(500));
      const answer = await ask({ model: 'lone' });
      expect([...routeOf(answer), answer.headers.get('x-litellm-model-group')]).toStrictEqual([200, '0', '1', 'last']);
    });

    test('too long a prompt, and content that is not allowed, have fallbacks of their own', async () => {
      const ask = await gatewayOf(lane, rows(), {
        num_retries: 2,
        fallbacks: [{ lone: ['last'] }],
        context_window_fallbacks: [{ lone: ['spare'] }],
        content_policy_fallbacks: [{ other: ['spare'] }],
      });
      first.enqueue(refusal(400, "This model's maximum context length is 10 tokens", { code: 'context_length_exceeded' }));
      const long = await ask({ model: 'lone' });
      expect([long.status, long.headers.get('x-litellm-model-group')]).toStrictEqual([200, 'spare']);
      first.enqueue(refusal(400, 'Your request was rejected: content_policy_violation', { code: 'content_policy_violation' }));
      expect(routeOf(await ask({ model: 'lone' }))).toStrictEqual([400, '0', '0']);
    });

    test('a call’s own wishes win', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 2, fallbacks: [{ lone: ['spare'] }] });
      const fail = (): void => first.enqueue(refusal(500));
      fail();
      expect(routeOf(await ask({ model: 'lone', num_retries: 0, disable_fallbacks: true }))).toStrictEqual([500, '0', '0']);
      fail();
      const own = await ask({ model: 'lone', num_retries: 0, fallbacks: ['last'] });
      expect([own.status, own.headers.get('x-litellm-model-group')]).toStrictEqual([200, 'last']);
      fail();
      const before = second.requests.length;
      await ask({ model: 'lone', fallbacks: [{ model: 'last', temperature: 0.25 }] }, { 'x-litellm-num-retries': '0' });
      expect(second.requests.slice(before).map(({ json }) => [json['temperature'], json['fallbacks']])).toStrictEqual([[0.25, undefined]]);
    });

    test('a model that nobody serves falls back where there is a wildcard; else it is none', async () => {
      const router = { num_retries: 0, default_fallbacks: ['spare'] };
      const ask = await gatewayOf(lane, [...rows(), row('mistral/*', { model: 'mistral/*' })], router);
      const answer = await ask({ model: 'nobody-has-this' });
      expect([...routeOf(answer), answer.headers.get('x-litellm-model-group')]).toStrictEqual([200, '0', '1', 'spare']);
      const own = await ask({ model: 'nobody-has-this', fallbacks: ['last'] });
      expect([own.status, own.headers.get('x-litellm-model-group')]).toStrictEqual([200, 'last']);
      const refused = await ask({ model: 'nobody-has-this', disable_fallbacks: true });
      const words = 'litellm.BadRequestError: You passed in model=nobody-has-this. There are no healthy deployments for this model';
      expect([refused.status, refused.message]).toStrictEqual([400, words]);
      const plain = await gatewayOf(lane, rows(), router);
      const unknown = await plain({ model: 'nobody-has-this' });
      expect([unknown.status, unknown.message]).toStrictEqual([400, expect.stringMatching(/^\/chat\/completions: Invalid model name/u)]);
    });

    test('lists that lead in circles end', async () => {
      const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
      first.enqueue(refusal(500), refusal(500), refusal(500));
      second.enqueue(refusal(500), refusal(500), refusal(500), refusal(500));
      const before = first.requests.length + second.requests.length;
      expect((await ask({ model: 'lone', fallbacks: ['spare', 'lone', 'spare', 'last', 'lone'] })).status).toBe(500);
      expect(first.requests.length + second.requests.length - before).toBe(3);
    });
  });

  test.each([
    ['mock_testing_fallbacks', { fallbacks: [{ lone: ['spare'] }] }, [200, '0', '1'], 0],
    ['mock_testing_context_fallbacks', { context_window_fallbacks: [{ lone: ['spare'] }] }, [200, '0', '1'], 0],
    ['mock_testing_content_policy_fallbacks', { content_policy_fallbacks: [{ lone: ['spare'] }] }, [200, '0', '1'], 0],
    ['mock_testing_rate_limit_error', {}, [200, '1', '0'], 1],
  ])('%s shows what would happen, and asks nobody in vain', async (name, router, route, asked) => {
    const ask = await gatewayOf(lane, [row('lone'), row('spare', atSecond())], router);
    const before = first.requests.length;
    expect(routeOf(await ask({ model: 'lone', [name]: true }))).toStrictEqual(route);
    expect(first.requests.length - before).toBe(asked);
  });

  describe('cooldowns', () => {
    test('a deployment that is asked too much is left alone; when all are, the client hears for how long', async () => {
      const ask = await gatewayOf(lane, pair('pair'), { num_retries: 0, disable_cooldowns: false, cooldown_time: 30 });
      failBoth(refusal(429), 1);
      const statuses = [];
      for (let count = 0; count < 20; count += 1) {
        const { status, message } = await ask({ model: 'pair' });
        statuses.push(status === 429 && message.startsWith('No deployments') ? 'none left' : status);
        if (statuses.at(-1) === 'none left') break;
      }
      // Each one's first answer was its last.
      expect(statuses.filter((status) => status === 429)).toHaveLength(2);
      const answer = await ask({ model: 'pair' });
      expect([answer.status, answer.headers.get('retry-after')]).toStrictEqual([429, '30']);
      expect(answer.message).toBe(
        'No deployments available for selected model, Try again in 30 seconds. All deployments for selected model are in cooldown. ' +
          "Passed model=pair. pre-call-checks=False, cooldown_list=['pair-1', 'pair-2']",
      );
      expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'all_deployments_in_cooldown', code: '429' } });
    });

    test.each<[string, string]>([
      ['7', '7'],
      ['1000000000', '60'],
      ['0', '30'],
      ['-1', '30'],
      ['soon', '30'],
    ])('a provider’s Retry-After of %s', async (said, told) => {
      const ask = await gatewayOf(lane, pair('pair'), { num_retries: 0, disable_cooldowns: false, cooldown_time: 30 });
      failBoth({ ...refusal(429), headers: { 'retry-after': said } });
      const seen = new Set<string>();
      for (let count = 0; count < 20; count += 1) {
        const answer = await ask({ model: 'pair' });
        if (answer.message.startsWith('No deployments')) seen.add(answer.headers.get('retry-after') ?? '');
      }
      expect([...seen]).toStrictEqual(said === '0' ? [] : [told]);
    });

    test('a group’s only deployment is asked all the same', async () => {
      const ask = await gatewayOf(lane, [row('lone')], { num_retries: 0, disable_cooldowns: false });
      first.enqueue(refusal(429), refusal(500));
      expect([(await ask({ model: 'lone' })).status, (await ask({ model: 'lone' })).status]).toStrictEqual([429, 500]);
      expect((await ask({ model: 'lone' })).status).toBe(200);
    });

    test('a limit that is used up is not asked again', async () => {
      const ask = await gatewayOf(lane, [row('lone')], { num_retries: 3 });
      first.enqueue(refusal(429, 'enforced_spend_limit_reached: your limit is used up'));
      expect(routeOf(await ask({ model: 'lone' }))).toStrictEqual([429, '0', '0']);
    });
  });

  test('a wildcard serves a bare name of its provider too; the group that is told is the name that was asked for', async () => {
    const rows = [row('openai/*', { model: 'openai/*' }, { id: 'wild' }), row('one', {}, { id: 'one' })];
    const ask = await gatewayOf(lane, rows, { model_group_alias: { mine: 'one' } });
    const found: unknown[] = [];
    for (const model of ['gpt-4o-mini', 'openai/gpt-4o-mini', 'mine', 'one']) {
      const { status, headers, text } = await ask({ model });
      const shown: unknown = JSON.parse(text);
      found.push([status, headers.get('x-litellm-model-id'), headers.get('x-litellm-model-group'), (shown as { model: string }).model]);
    }
    expect(found).toStrictEqual([
      [200, 'wild', 'gpt-4o-mini', 'gpt-4o-mini'],
      [200, 'wild', 'openai/gpt-4o-mini', 'openai/gpt-4o-mini'],
      [200, 'one', 'mine', 'mine'],
      [200, 'one', 'one', 'one'],
    ]);
    expect(first.requests.at(-4)?.json['model']).toBe('gpt-4o-mini');
    expect((await ask({ model: 'command-r-plus' })).status).toBe(400);
  });

  test('order: the higher ones only when the lower ones have failed', async () => {
    const ask = await gatewayOf(lane, [row('one', { order: 1 }, { id: 'o1' }), row('one', { ...atSecond(), order: 2 }, { id: 'o2' })], {
      num_retries: 0,
    });
    for (let count = 0; count < 4; count += 1) expect((await ask({ model: 'one' })).headers.get('x-litellm-model-id')).toBe('o1');
    first.enqueue(refusal(500));
    const answer = await ask({ model: 'one' });
    expect([answer.status, answer.headers.get('x-litellm-model-id')]).toStrictEqual([200, 'o2']);
  });

  test('tags: by header or by body, else the default', async () => {
    const rows = [
      row('one', { tags: ['paid'] }, { id: 't1' }),
      row('one', { tags: ['free'] }, { id: 't2' }),
      row('one', { tags: ['default'] }, { id: 't3' }),
    ];
    const ask = await gatewayOf(lane, rows, { enable_tag_filtering: true });
    const idOf = async (body: JsonObject, headers = {}): Promise<unknown> =>
      (await ask({ model: 'one', ...body }, headers)).headers.get('x-litellm-model-id');
    expect(await idOf({ metadata: { tags: ['paid'] } })).toBe('t1');
    expect(await idOf({}, { 'x-litellm-tags': 'free, other' })).toBe('t2');
    expect(await idOf({})).toBe('t3');
    expect(await idOf({ tags: ['stranger'] })).toBe('t3');
    const barred = await ask({ model: 'one', tags: ['!paid', '!free', '!default'] });
    expect([barred.status, barred.message]).toStrictEqual([
      401,
      "Not allowed to access model due to tags configuration. Passed model=one and tags=['!paid', '!free', '!default']",
    ]);
  });

  test('max_parallel_requests: one more is told so, and the slot comes back', async () => {
    const ask = await gatewayOf(lane, [row('one', { max_parallel_requests: 1 })], { num_retries: 0 });
    first.enqueue({ delayMs: 400 });
    const before = first.requests.length;
    const slow = ask({ model: 'one' });
    await expect.poll(() => first.requests.length).toBe(before + 1);
    const refused = await ask({ model: 'one' });
    expect([refused.status, refused.message.slice(0, 86)]).toStrictEqual(
      [429, 'litellm.RateLimitError: Deployment has all max_parallel_requests slots in use. Deployme'].map((part) =>
        typeof part === 'string' ? part.slice(0, 86) : part,
      ),
    );
    expect((await slow).status).toBe(200);
    expect((await ask({ model: 'one', stream: true })).status).toBe(200);
    expect((await ask({ model: 'one' })).status).toBe(200);
  });

  test('a prompt that no deployment takes is refused before anybody is asked', async () => {
    const ask = await gatewayOf(lane, [row('small', {}, { max_input_tokens: 5 })], { num_retries: 0, enable_pre_call_checks: true });
    const before = first.requests.length;
    const answer = await ask({ model: 'small', messages: [{ role: 'user', content: 'a good many words that are more than five' }] });
    expect(answer.status).toBe(400);
    expect(answer.message).toContain('No models have context window large enough for this call.\\nModel=openai/gpt-4o, Max Input Tokens=5');
    expect(first.requests.length).toBe(before);
  });

  test('cost-based: the model whose tokens cost least, by the table of prices', async () => {
    const ask = await gatewayOf(lane, [row('group', { model: 'openai/gpt-4o' }), row('group', { model: 'openai/gpt-4o-mini' })], {
      routing_strategy: 'cost-based-routing',
    });
    const asked = new Set<string | null>();
    for (let count = 0; count < 6; count += 1) asked.add((await ask({ model: 'group' })).headers.get('x-litellm-model-name'));
    expect(asked).toStrictEqual(new Set(['openai/gpt-4o-mini']));
  });

  test('a session stays where it was', async () => {
    const ask = await gatewayOf(lane, pair('pair'), { optional_pre_call_checks: ['session_affinity'] });
    const ids = new Set<string | null>();
    for (let count = 0; count < 12; count += 1) {
      ids.add((await ask({ model: 'pair' }, { 'x-litellm-session-id': 's-1' })).headers.get('x-litellm-model-id'));
    }
    expect(ids.size).toBe(1);
  });
});

describe.each(HTTP_LANES)('%s, several models in one call', (lane) => {
  const rows = (): JsonObject[] => [row('one'), row('two', atSecond())];

  test('all of them answer, in order; one that fails has its error there', async () => {
    const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
    second.enqueue(refusal(500, 'the second'));
    const answer = await ask({ model: 'one, two', stream: true });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject([{ model: 'gpt-4o', object: 'chat.completion' }, { error: { code: '500' } }]);
  });

  test.each([false, true])('the fastest answers, the others are let go of; stream: %s', async (stream) => {
    const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
    first.enqueue({ end: 'hang', cutAfterBytes: 0 });
    const before = first.requests.length;
    const answer = await ask({ model: 'one,two', fastest_response: true, stream });
    expect([answer.status, answer.headers.get('x-litellm-model-group')]).toStrictEqual([200, 'two']);
    expect(answer.headers.get('x-litellm-fastest_response_batch_completion')).toBe('True');
    await expect.poll(() => first.requests.length).toBe(before + 1);
    expect(await first.requests[before]?.finished).toMatchObject({ aborted: true });
  });

  test('the fastest of those that fail is an error', async () => {
    const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
    failBoth(refusal(503));
    expect((await ask({ model: 'one,two', fastest_response: true })).status).toBe(503);
  });

  test('the others are let go of once it has begun', async () => {
    const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
    first.enqueue({ end: 'hang', cutAfterBytes: 0 });
    second.enqueue({ end: 'hang', cutAfterBytes: 260 });
    const before = first.requests.length;
    const leave = new AbortController();
    const asked = ask({ model: 'one,two', fastest_response: true, stream: true }, {}, leave.signal);
    await expect.poll(() => first.requests.length).toBe(before + 1);
    expect(await first.requests[before]?.finished).toMatchObject({ aborted: true });
    leave.abort();
    await expect(asked).rejects.toThrow('aborted');
  });

  test('a client that leaves lets go of all of them', async () => {
    const ask = await gatewayOf(lane, rows(), { num_retries: 0 });
    failBoth({ end: 'hang', cutAfterBytes: 0 });
    const before = [first.requests.length, second.requests.length] as const;
    const leave = new AbortController();
    const asked = ask({ model: 'one,two' }, {}, leave.signal);
    await expect.poll(() => [first.requests.length, second.requests.length]).toStrictEqual([before[0] + 1, before[1] + 1]);
    leave.abort();
    await expect(asked).rejects.toThrow('aborted');
    expect(await first.requests[before[0]]?.finished).toMatchObject({ aborted: true });
    expect(await second.requests[before[1]]?.finished).toMatchObject({ aborted: true });
  });

  test('a name of nothing but commas is no model', async () => {
    const ask = await gatewayOf(lane, rows());
    expect((await ask({ model: ' , ' })).status).toBe(400);
  });
});

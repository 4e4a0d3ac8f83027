import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFakeUpstream, type FakeUpstream, type SeenRequest } from '@stagegate/testbed';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** The official clients, unchanged, against every lane and the front, over sockets. */

const PARAMETERS = { type: 'object', properties: { place: { type: 'string' } } } as const;
const CHAT_TOOLS = [{ type: 'function', function: { name: 'look', description: 'looks', parameters: PARAMETERS } }] as const;
const MESSAGES_TOOLS = [{ name: 'look', description: 'looks', input_schema: PARAMETERS }] as const;
/** Only that it is told at all, and not when the answer would have ended; what passes is for `pnpm bench abort` to say. */
const ABORT_MS_MAX = 5_000;

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());

const nextRequest = async (count: number): Promise<SeenRequest> => {
  await expect.poll(() => upstream.requests.length).toBeGreaterThan(count);
  const seen = upstream.requests.at(-1);
  if (seen === undefined) throw new Error('no request came');
  return seen;
};

const drain = async <T>(stream: AsyncIterable<T>, see: (item: T) => void): Promise<void> => {
  for await (const item of stream) see(item);
};

beforeEach(() => upstream.clearScripts());

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  let openai: OpenAI;
  let anthropic: Anthropic;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url));
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: MASTER_KEY, maxRetries: 0 });
    anthropic = new Anthropic({ baseURL: gateway.url, apiKey: MASTER_KEY, maxRetries: 0 });
  });
  afterAll(() => gateway.close());

  describe.each(['chat', 'messages', 'compatible'])('openai client → %s', (model) => {
    const ask = { model, messages: [{ role: 'user' as const, content: 'good day' }] };

    test('a whole answer', async () => {
      const answer = await openai.chat.completions.create(ask);
      expect(answer).toMatchObject({
        object: 'chat.completion',
        model,
        choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'You said: good day' } }],
        usage: { prompt_tokens: 2 },
      });
    });

    test('a stream', async () => {
      let text = '';
      const finishes: (string | null | undefined)[] = [];
      let usage: unknown;
      for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
        text += chunk.choices[0]?.delta.content ?? '';
        finishes.push(chunk.choices[0]?.finish_reason);
        usage = chunk.usage ?? usage;
      }
      expect(text).toBe('You said: good day');
      expect(finishes.filter((finish) => finish !== null && finish !== undefined)).toEqual(['stop']);
      expect(usage).toMatchObject({ prompt_tokens: 2 });
    });

    test('a tool call, whole and streamed, and its result', async () => {
      const whole = await openai.chat.completions.create({ ...ask, tools: [...CHAT_TOOLS] });
      expect(whole.choices[0]?.finish_reason).toBe('tool_calls');
      const call = whole.choices[0]?.message.tool_calls?.[0];
      if (call?.type !== 'function') throw new Error('no function was called');
      expect([call.function.name, JSON.parse(call.function.arguments)]).toEqual(['look', { place: 'here' }]);
      const streamed = await openai.chat.completions.stream({ ...ask, tools: [...CHAT_TOOLS] }).finalChatCompletion();
      const second = streamed.choices[0]?.message.tool_calls?.[0];
      if (second?.type !== 'function') throw new Error('no function was called');
      expect([second.id, second.function.name, JSON.parse(second.function.arguments)]).toEqual([call.id, 'look', { place: 'here' }]);
      const after = await openai.chat.completions.create({
        ...ask,
        tools: [...CHAT_TOOLS],
        messages: [
          ...ask.messages,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: call.id, content: 'fog' },
        ],
      });
      expect(after.choices[0]?.finish_reason).toBe('stop');
    });

    test('an error of the provider, before a stream and before an answer', async () => {
      for (const stream of [false, true]) {
        upstream.enqueue({ status: 429, body: { type: 'error', error: { type: 'rate_limit_error', message: 'far too fast' } } });
        const failed = openai.chat.completions.create({ ...ask, stream });
        await expect(failed).rejects.toBeInstanceOf(OpenAI.RateLimitError);
        await expect(failed).rejects.toThrow('far too fast');
      }
    });

    test('a stream that is cut is an error, never an end', async () => {
      upstream.enqueue({ cutAfterBytes: 700, end: 'reset' });
      const finishes: unknown[] = [];
      const stream = await openai.chat.completions.create({ ...ask, stream: true });
      await expect(drain(stream, (chunk) => finishes.push(chunk.choices[0]?.finish_reason ?? null))).rejects.toBeInstanceOf(
        OpenAI.APIError,
      );
      expect(finishes.filter((finish) => finish !== null)).toEqual([]);
    });

    test('a client that goes away takes the upstream call with it', async () => {
      const count = upstream.requests.length;
      upstream.enqueue({ pieceDelayMs: 100, end: 'hang' });
      const stream = await openai.chat.completions.create({ ...ask, stream: true });
      for await (const chunk of stream) if (chunk.choices.length > 0) break;
      const leftMs = performance.now();
      stream.controller.abort();
      const { aborted, atMs } = await (await nextRequest(count)).finished;
      expect(aborted).toBe(true);
      expect(atMs - leftMs).toBeLessThan(ABORT_MS_MAX);
    });

    test('a client that goes away before the first byte', async () => {
      const count = upstream.requests.length;
      upstream.enqueue({ cutAfterBytes: 0, end: 'hang' });
      const controller = new AbortController();
      const asked = openai.chat.completions.create(ask, { signal: controller.signal });
      const refused = expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
      const seen = await nextRequest(count);
      controller.abort();
      await refused;
      expect((await seen.finished).aborted).toBe(true);
    });
  });

  test('openai client: embeddings, as numbers and as the bytes that it asks for by itself', async () => {
    const input = ['good day', 'tokens'];
    const numbers = await openai.embeddings.create({ model: 'vectors', input, encoding_format: 'float' });
    const bytes = await openai.embeddings.create({ model: 'vectors', input });
    expect(numbers).toMatchObject({ object: 'list', model: 'vectors', usage: { prompt_tokens: 3, total_tokens: 3 } });
    expect(numbers.data.map(({ index, embedding }) => [index, embedding[0], embedding[2]])).toEqual([
      [0, 8, 0.5],
      [1, 6, 0.5],
    ]);
    expect(bytes.data.map(({ embedding }) => embedding[0])).toEqual([8, 6]);
  });

  test('openai client: models, wrong key, unknown model', async () => {
    const listed = await openai.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['chat', 'messages']));
    expect(await openai.models.retrieve('chat')).toMatchObject({ id: 'chat', object: 'model' });
    const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-stranger', maxRetries: 0 });
    const ask = { model: 'nobody', messages: [{ role: 'user' as const, content: 'x' }] };
    await expect(stranger.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(openai.chat.completions.create(ask)).rejects.toThrow('model=nobody');
  });

  describe.each(['messages', 'compatible'])('anthropic client → %s', (model) => {
    const ask = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: 'good day' }] };

    test('a whole answer', async () => {
      const answer = await anthropic.messages.create(ask);
      expect(answer).toMatchObject({
        type: 'message',
        role: 'assistant',
        model,
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: 'You said: good day' }],
        usage: { input_tokens: 2 },
      });
    });

    test('a stream', async () => {
      const events: string[] = [];
      const stream = anthropic.messages.stream(ask);
      stream.on('streamEvent', (event) => events.push(event.type));
      expect(await stream.finalText()).toBe('You said: good day');
      expect(await stream.finalMessage()).toMatchObject({ model, stop_reason: 'end_turn' });
      expect([events[0], events.at(-1), events.filter((type) => type === 'message_stop').length]).toEqual([
        'message_start',
        'message_stop',
        1,
      ]);
    });

    test('a tool use, whole and streamed, and its result', async () => {
      const whole = await anthropic.messages.create({ ...ask, tools: [...MESSAGES_TOOLS] });
      expect(whole.stop_reason).toBe('tool_use');
      const use = whole.content.find((block) => block.type === 'tool_use');
      if (use === undefined) throw new Error('no tool was used');
      expect([use.name, use.input]).toEqual(['look', { place: 'here' }]);
      const streamed = await anthropic.messages.stream({ ...ask, tools: [...MESSAGES_TOOLS] }).finalMessage();
      expect(streamed.stop_reason).toBe('tool_use');
      expect(streamed.content.find((block) => block.type === 'tool_use')).toMatchObject({ name: 'look', input: { place: 'here' } });
      const after = await anthropic.messages.create({
        ...ask,
        tools: [...MESSAGES_TOOLS],
        messages: [
          ...ask.messages,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'fog' }] },
        ],
      });
      expect(after.stop_reason).toBe('end_turn');
    });

    test('an error of the provider', async () => {
      for (const stream of [false, true]) {
        upstream.enqueue({ status: 429, body: { type: 'error', error: { type: 'rate_limit_error', message: 'far too fast' } } });
        const failed = anthropic.messages.create({ ...ask, stream });
        await expect(failed).rejects.toBeInstanceOf(Anthropic.RateLimitError);
        await expect(failed).rejects.toThrow('far too fast');
      }
    });

    test('a stream that is cut is an error, never an end', async () => {
      upstream.enqueue({ cutAfterBytes: 700, end: 'reset' });
      const stream = anthropic.messages.stream(ask);
      const events: string[] = [];
      stream.on('streamEvent', (event) => events.push(event.type));
      await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
      expect(events[0]).toBe('message_start');
      expect(events).not.toContain('message_stop');
    });

    test('a client that goes away takes the upstream call with it', async () => {
      const count = upstream.requests.length;
      upstream.enqueue({ pieceDelayMs: 100, end: 'hang' });
      const stream = await anthropic.messages.create({ ...ask, stream: true });
      for await (const event of stream) if (event.type === 'message_start') break;
      const leftMs = performance.now();
      stream.controller.abort();
      const { aborted, atMs } = await (await nextRequest(count)).finished;
      expect(aborted).toBe(true);
      expect(atMs - leftMs).toBeLessThan(ABORT_MS_MAX);
    });
  });

  test('anthropic client: token counts, wrong key, unknown model', async () => {
    const ask = { model: 'messages', messages: [{ role: 'user' as const, content: 'good day' }] };
    expect(await anthropic.messages.countTokens(ask)).toMatchObject({ input_tokens: 2 });
    await expect(anthropic.messages.countTokens({ ...ask, model: 'nobody' })).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    const stranger = new Anthropic({ baseURL: gateway.url, apiKey: 'sk-stranger', maxRetries: 0 });
    await expect(stranger.messages.create({ ...ask, max_tokens: 1 })).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(stranger.messages.create({ ...ask, max_tokens: 1 })).rejects.toMatchObject({ error: { type: 'error' } });
    await expect(anthropic.messages.create({ ...ask, model: 'nobody', max_tokens: 1 })).rejects.toThrow('model=nobody');
  });
});

import type { Vector } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { checkOwnAnswer } from '../src/compare/own-rules.ts';
import { chooseStreamRule } from '../src/vectors/choose-own-rule.ts';

const sse = (...payloads: readonly object[]): string => payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');
const delta = (more: object, finish: string | null = null): object => ({ choices: [{ index: 0, delta: more, finish_reason: finish }] });
const call = (index: number, id: string, input: string): object =>
  delta({ tool_calls: [{ index, id, function: { name: 'f', arguments: input } }] });
const block = (kind: string): object => ({ type: `content_block_${kind}`, index: 0, delta: { text: 'a' } });
const vector = (provider: string, client: string, request: object = {}): Vector =>
  ({
    route: '/v1/chat/completions',
    tags: ['stream'],
    client_request: request,
    provider_stream: { status: 200, headers: {}, text: provider },
    client_stream: { status: 200, headers: {}, text: client },
  }) as unknown as Vector;

const TEXT = delta({ content: 'a' });
const STOP = delta({}, 'stop');
const SECOND = { choices: [{ index: 1, delta: { content: 'b' } }] };
const COUNTED = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
const CALLS = sse(call(0, 'a', '{}'), call(1, 'b', '{}'), delta({}, 'tool_calls'));

test.each([
  ['a stop that nobody said', sse(TEXT), sse(TEXT, STOP), {}],
  ['an error before the first event', sse({ error: { message: 'm' } }), sse(STOP), {}],
  ['an error before the first event', sse({ error: 'm' }), sse(STOP), {}],
  ['an error before the first event', sse({ object: 'error', message: 'm' }), sse(STOP), {}],
  ['content outside of its block', sse(TEXT, STOP), sse(block('start'), block('stop'), block('delta')), {}],
  [undefined, sse(TEXT, STOP), sse(block('start'), block('delta'), block('stop')), {}],
  ['tool calls mixed up', CALLS, sse(call(0, 'a', '{}{}'), delta({}, 'tool_calls')), {}],
  ['tool calls mixed up', CALLS, sse(call(0, 'a', '{}'), call(1, 'a', ''), delta({}, 'tool_calls')), {}],
  ['tool calls that were lost', CALLS, sse(TEXT, STOP), { tools: [] }],
  ['an answer that was lost', sse(TEXT, STOP), sse(STOP), {}],
  [undefined, sse(TEXT, STOP), sse(TEXT, STOP), {}],
  [undefined, sse(TEXT), sse(TEXT, { error: { message: 'cut' } }), {}],
  [undefined, CALLS, CALLS, { tools: [] }],
  [undefined, CALLS, sse(TEXT, STOP), { tools: [], response_format: {} }],
  [undefined, sse(STOP), sse(STOP), {}],
  ['a part that was lost', sse(TEXT, SECOND, STOP), sse(delta({ content: 'ab' }), STOP), {}],
  ['a part that was lost', sse(TEXT, STOP, COUNTED), sse(TEXT, STOP, { ...COUNTED, usage: { ...COUNTED.usage, total_tokens: 9 } }), {}],
  ['a part that was lost', sse(delta({ reasoning_content: 'r' }), TEXT, STOP), sse(TEXT, STOP), {}],
  [undefined, sse(TEXT, STOP, COUNTED), sse(TEXT, STOP), {}],
])('%s', (name, provider, client, request) => {
  expect(chooseStreamRule(vector(provider, client, request))?.name).toBe(name);
});

test('ours must come to what was sent, to the last choice and count', () => {
  const sent = sse(TEXT, SECOND, STOP, COUNTED);
  const judged = (provider: string, client: string, ours: string): number => {
    const rule = chooseStreamRule(vector(provider, client));
    return rule === undefined ? -1 : checkOwnAnswer({ kind: 'stream', status: 200, text: `${ours}data: [DONE]\n\n` }, rule).length;
  };
  const joined = sse(delta({ content: 'ab' }), STOP, COUNTED);
  expect(judged(sent, joined, sent)).toBe(0);
  expect(judged(sent, joined, sse(TEXT, STOP, COUNTED))).toBe(1);
  expect(judged(sent, joined, sse(TEXT, SECOND, STOP))).toBe(1);
  // Nobody asked for counts.
  expect(judged(sent, sse(delta({ content: 'ab' }), STOP), sse(TEXT, SECOND, STOP))).toBe(0);
});

test('an exception in the first frame of a binary stream is an error before the first event', () => {
  const framed = (head: string): Vector => {
    const frame = Buffer.from(`${head}\u0007\u0000\u0013throttlingException{"message":"m"}`).toString('base64');
    return { ...vector('', sse(STOP)), provider_stream: { status: 200, headers: {}, messages: [{ frame }] } } as unknown as Vector;
  };
  expect(chooseStreamRule(framed(':exception-type'))?.name).toBe('an error before the first event');
  expect(chooseStreamRule(framed(':event-type'))?.name).not.toBe('an error before the first event');
});

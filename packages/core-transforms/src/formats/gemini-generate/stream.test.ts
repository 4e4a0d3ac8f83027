import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine, type MachineRun } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { pipe } from '../../stream/pipe.ts';
import { chunkTextStream } from '../openai-chat/text-stream.ts';
import { generateChunks } from './stream.ts';

const PLAN = makePlan('gemini/gemini-2.5-flash', { stream: true });
const COUNTS = { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 };

function sse(events: readonly JsonObject[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('');
}

/** Fed whole and character by character; both must tell the same. */
function run(text: string, chat: JsonObject = {}): MachineRun<JsonObject> {
  const whole = runMachine(generateChunks(PLAN, deepFreeze(chat)), [text]);
  expect(runMachine(generateChunks(PLAN, chat), [...text])).toEqual(whole);
  return whole;
}

/** Deltas, then the finish reason, without the usage. */
function deltas(events: readonly JsonObject[], chat?: JsonObject): readonly unknown[] {
  const { out: chunks, error } = run(sse(events), chat);
  expect(error).toBeUndefined();
  return chunks
    .flatMap(({ choices, usage }) => (usage === undefined && Array.isArray(choices) ? choices : []))
    .map(({ delta, finish_reason: finish }) => finish ?? delta);
}

function event(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...more }] };
}

const STOP = event([], { finishReason: 'STOP' });
const CALL = { functionCall: { name: 'f', args: { a: 1 } } };

test('text comes as it is said, the role first, empty pieces not at all', () => {
  expect(deltas([event([{ text: 'a' }]), event([{ text: '' }]), event([{ text: 'b' }]), STOP])).toEqual([
    { role: 'assistant', content: 'a' },
    { content: 'b' },
    'stop',
  ]);
});

test('of two candidates in one event the first says why the answer ended', () => {
  const end = (index: number, finishReason: string): JsonObject => ({
    content: { role: 'model', parts: [{ text: 'a' }] },
    index,
    finishReason,
  });
  expect(deltas([{ candidates: [end(0, 'STOP'), end(1, 'MAX_TOKENS')] }]).at(-1)).toBe('stop');
  expect(deltas([{ candidates: [end(0, 'STOP')] }, { candidates: [end(1, 'MAX_TOKENS')] }]).at(-1)).toBe('length');
});

test('who answers is told on every chunk; the counts come last', () => {
  const first = { ...event([{ text: 'a' }]), responseId: 'r', modelVersion: 'm@1', usageMetadata: { ...COUNTS, candidatesTokenCount: 1 } };
  const { out } = run(sse([first, { ...STOP, usageMetadata: COUNTS }]));
  const head = { id: 'r', object: 'chat.completion.chunk', created: AMBIENT.nowSeconds, model: 'group' };
  for (const chunk of out) expect(chunk).toMatchObject(head);
  expect(out.at(-1)).toMatchObject({ usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } });
});

test('one JSON array says the same as events', () => {
  const events = [event([{ text: 'a' }]), event([{ text: 'b' }]), STOP];
  expect(run(JSON.stringify(events, undefined, 2))).toEqual(run(sse(events)));
});

test('comments and blank lines say nothing', () => {
  const text = `\uFEFF\n: hello\n\n${sse([event([{ text: 'a' }])])}: still here\r\n\r\n${sse([STOP])}data: [DONE]\n\n`;
  expect(run(text)).toEqual(run(sse([event([{ text: 'a' }]), STOP])));
});

test('thoughts, and their signatures', () => {
  const parts = [{ text: 'hm', thought: true, thoughtSignature: 's' }];
  expect(deltas([event(parts), STOP])).toEqual([
    { role: 'assistant', reasoning_content: 'hm', provider_specific_fields: { thought_signatures: ['s'] } },
    'stop',
  ]);
});

describe('calls', () => {
  test('are whole, and keep apart over events', () => {
    const calls = deltas([event([CALL, CALL]), event([{ functionCall: { name: 'g' } }]), STOP]);
    expect(calls).toMatchObject([
      {
        role: 'assistant',
        tool_calls: [
          { index: 0, type: 'function', function: { name: 'f', arguments: '{"a": 1}' } },
          { index: 1, function: { name: 'f' } },
        ],
      },
      { tool_calls: [{ index: 2, function: { name: 'g', arguments: '{}' } }] },
      'tool_calls',
    ]);
    expect(new Set(JSON.stringify(calls).match(/"id":"[^"]+"/gu)).size).toBe(3);
  });

  test('are told in the old way to who asked in the old way', () => {
    const chat = { functions: [{ name: 'f' }] };
    expect(deltas([event([CALL], { finishReason: 'STOP' })], chat)).toEqual([
      { role: 'assistant', function_call: { name: 'f', arguments: '{"a": 1}' } },
      'function_call',
    ]);
  });
});

test('code that the provider ran waits for something to be shown with', () => {
  const code = { executableCode: { code: '1' } };
  const result = { codeExecutionResult: { output: '1' } };
  expect(deltas([event([code]), event([result]), event([{ text: 'a' }]), STOP])).toEqual([
    { role: 'assistant', content: 'a', provider_specific_fields: { code_execution_parts: [code, result] } },
    'stop',
  ]);
  expect(deltas([event([{ text: 'a' }]), event([code], { finishReason: 'STOP' })]).slice(1)).toEqual([
    { provider_specific_fields: { code_execution_parts: [code] } },
    'stop',
  ]);
});

test('sources, and the searches behind them', () => {
  const groundingMetadata = {
    webSearchQueries: ['q'],
    groundingChunks: [{ web: { uri: 'u', title: 't' } }],
    groundingSupports: [{ segment: { startIndex: 0, endIndex: 1 }, groundingChunkIndices: [0] }],
  };
  const { out } = run(sse([event([{ text: 'a' }], { groundingMetadata }), { ...STOP, usageMetadata: COUNTS }]));
  expect(out[0]).toMatchObject({
    choices: [{ delta: { content: 'a', annotations: [{ url_citation: { url: 'u' } }] } }],
    vertex_ai_grounding_metadata: [groundingMetadata],
  });
  expect(out.at(-1)).toMatchObject({ usage: { prompt_tokens_details: { web_search_requests: 1 } } });
});

test("what stands beside a chunk reaches clients of OpenAI's API", () => {
  const events = [event([CALL], { safetyRatings: [{ category: 'c' }] }), STOP];
  const { out } = runMachine(pipe(generateChunks(PLAN, {}), chunkTextStream(PLAN, {})), [sse(events)]);
  expect(out.join('')).toContain('"vertex_ai_safety_results":[[{"category":"c"}]]');
});

describe('the reason', () => {
  test.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['NEW', 'stop'],
  ])('%s', (finishReason, reason) => {
    expect(deltas([event([{ text: 'a' }], { finishReason })]).at(-1)).toBe(reason);
  });

  test('of an answer with calls is the calls, whenever they came', () => {
    expect(deltas([event([CALL]), event([{ text: 'a' }], { finishReason: 'STOP' })]).at(-1)).toBe('tool_calls');
    expect(deltas([event([CALL]), event([], { finishReason: 'MAX_TOKENS' })]).at(-1)).toBe('length');
  });

  test('holds though an event with counts alone follows', () => {
    expect(deltas([event([{ text: 'a' }], { finishReason: 'MAX_TOKENS' }), { usageMetadata: COUNTS }]).at(-1)).toBe('length');
  });

  test('of a prompt that was refused', () => {
    expect(deltas([{ promptFeedback: { blockReason: 'SAFETY' } }])).toEqual([{ role: 'assistant' }, 'content_filter']);
  });
});

function candidate(index: number, more: JsonObject): JsonObject {
  return { index, content: { parts: [{ text: `${index}` }] }, ...more };
}

test('several candidates keep apart, and each has to end', () => {
  const both = { candidates: [candidate(0, {}), candidate(1, { finishReason: 'STOP' })] };
  expect(run(sse([both])).error).toMatchObject({ kind: 'stream-cut' });
  expect(deltas([both, STOP])).toEqual([{ role: 'assistant', content: '0' }, { content: '1' }, 'stop']);
});

const BROKEN: readonly [string, string, JsonObject][] = [
  ['nothing', '', { kind: 'stream-cut' }],
  ['no end', sse([event([{ text: 'a' }])]), { kind: 'stream-cut' }],
  ['half an event', sse([STOP]).slice(0, 20), { kind: 'bad-upstream' }],
  ['half an array', JSON.stringify([STOP]).slice(0, 20), { kind: 'stream-cut' }],
  ['an event that is no JSON', 'data: {"a"\n\n', { kind: 'bad-upstream' }],
  ['an event that is no object', 'data: 1\n\n', { kind: 'bad-upstream' }],
  ['an error at once', sse([{ error: { code: 503, message: 'e' } }]), { kind: 'upstream-refused', status: 503 }],
  ['an error in a list', JSON.stringify([{ error: { code: 429, message: 'e' } }]), { kind: 'upstream-refused', status: 429 }],
  [
    'an error amid the answer',
    sse([event([{ text: 'a' }]), { error: { code: 503, message: 'e' } }]),
    { kind: 'upstream-refused', status: 503, shown: { type: null } },
  ],
];

test.each(BROKEN)('a stream with %s', (_name, text, error) => {
  expect(run(text).error).toMatchObject(error);
});

test('how the call was served stands beside the counts, for the responses API alone', () => {
  const text = sse([event([{ text: 'a' }]), { ...STOP, usageMetadata: { ...COUNTS, trafficType: 'ON_DEMAND' } }]);
  const shown = (['openai-responses', 'openai-chat'] as const).map((dialect) => {
    const plan = makePlan('gemini/gemini-2.5-flash', { stream: true, dialect });
    return runMachine(generateChunks(plan, {}), [text]).out.at(-1)?.['provider_specific_fields'];
  });
  expect(shown).toEqual([{ traffic_type: 'ON_DEMAND' }, undefined]);
});

test('the text of two candidates is counted as text', () => {
  const plan = makePlan('gemini/gemini-2.5-flash', { stream: true });
  const both = [0, 1].map((index) => ({ content: { role: 'model', parts: [{ text: 'a' }] }, index, finishReason: 'STOP' }));
  const chat = { stream_options: { include_usage: true } };
  const machine = pipe(generateChunks(plan, chat), chunkTextStream(plan, chat));
  const { out } = runMachine(machine, [sse([{ candidates: both, usageMetadata: COUNTS }])]);
  expect(out.join('')).toContain('"completion_tokens_details":{"text_tokens":3,"reasoning_tokens":0}');
});

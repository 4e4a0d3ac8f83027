import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { toError } from './errors.ts';
import { toChatCompletion } from './response.ts';

const MODEL = 'gemini/gemini-2.5-flash';
const COUNTS = { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 };

function read(body: unknown, chat: JsonObject = {}, headers: Readonly<Record<string, string>> = {}): Outcome<JsonObject> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return toChatCompletion({ status: 200, headers, body: text }, makePlan(MODEL), AMBIENT, deepFreeze(chat));
}

function answer(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0, ...more }], usageMetadata: COUNTS };
}

/** The first choice of an answer. */
function choice(parts: readonly JsonObject[], more: JsonObject = {}, chat: JsonObject = {}): unknown {
  const outcome = read(answer(parts, more), chat);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  const { choices } = outcome.value;
  return Array.isArray(choices) ? choices[0] : undefined;
}

test('an answer in words', () => {
  expect(read({ ...answer([{ text: 'a' }, { text: 'b' }]), responseId: 'r', modelVersion: 'm@1' })).toMatchObject({
    ok: true,
    value: {
      id: 'r',
      object: 'chat.completion',
      created: AMBIENT.nowSeconds,
      model: 'group',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ab' } }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8, completion_tokens_details: { text_tokens: 3 } },
    },
  });
});

test('thoughts stand apart, with their signatures', () => {
  expect(choice([{ text: 'hm', thought: true, thoughtSignature: 's' }, { text: 'a' }])).toMatchObject({
    message: {
      content: 'a',
      reasoning_content: 'hm',
      thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }],
      provider_specific_fields: { thought_signatures: ['s'] },
    },
  });
});

describe('a call', () => {
  const CALL = { functionCall: { name: 'f', args: { a: 'é', b: 1 } } };

  test('ends the answer, in whichever words it ended', () => {
    expect(choice([CALL])).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ type: 'function', index: 0, function: { name: 'f', arguments: '{"a": "é", "b": 1}' } }] },
    });
  });

  test('carries the signature of its thought in its id', () => {
    const parts = [{ functionCall: { name: 'f', args: {}, id: 'x' }, thoughtSignature: 's' }];
    expect(choice(parts)).toMatchObject({
      message: { tool_calls: [{ id: 'x__thought__s', provider_specific_fields: { thought_signature: 's' } }] },
    });
  });

  test('without arguments has none', () => {
    expect(choice([{ functionCall: { name: 'f' } }])).toMatchObject({ message: { tool_calls: [{ function: { arguments: '{}' } }] } });
  });

  test('is told in the old way to who asked in the old way', () => {
    const given = choice([CALL], {}, { functions: [{ name: 'f' }] });
    expect(given).toMatchObject({ finish_reason: 'function_call', message: { function_call: { name: 'f' } } });
    expect(given).not.toHaveProperty('message.tool_calls');
  });

  test('has an id that no other call of the answer has', () => {
    const ids = JSON.stringify(choice([CALL, CALL, CALL])).match(/"id":"[^"]+"/gu) ?? [];
    expect(new Set(ids).size).toBe(3);
  });
});

function inline(mimeType: string): JsonObject {
  return { inlineData: { mimeType, data: 'AAAA' } };
}

test('pictures, sound, files', () => {
  expect(choice([inline('image/png'), inline('audio/pcm'), inline('text/csv')])).toMatchObject({
    message: {
      content: 'data:text/csv;base64,AAAA',
      images: [{ type: 'image_url', index: 0, image_url: { url: 'data:image/png;base64,AAAA' } }],
      audio: { data: 'AAAA', transcript: '' },
    },
  });
});

test('what the provider ran: tools, and code, which the reference loses', () => {
  const parts = [
    { toolCall: { toolType: 'S', id: 't', args: {} } },
    { toolResponse: { toolType: 'S', id: 't', response: { r: 1 } } },
    { executableCode: { code: '1' } },
    { codeExecutionResult: { output: '1' } },
    { text: 'a' },
  ];
  expect(choice(parts)).toMatchObject({
    message: {
      content: 'a',
      provider_specific_fields: {
        server_side_tool_invocations: [{ tool_type: 'S', id: 't', response: { r: 1 } }],
        code_execution_parts: [{ executableCode: { code: '1' } }, { codeExecutionResult: { output: '1' } }],
      },
    },
  });
});

test('sources are citations, and count as searches', () => {
  const groundingMetadata = {
    webSearchQueries: ['q', 'q'],
    groundingChunks: [{ web: { uri: 'u', title: 't' } }, { maps: { uri: 'm' } }],
    groundingSupports: [
      { segment: { startIndex: 0, endIndex: 3 }, groundingChunkIndices: [0, 1] },
      { segment: { endIndex: 3 }, groundingChunkIndices: [0] },
      { segment: { startIndex: 0, endIndex: 3 }, groundingChunkIndices: [1] },
    ],
  };
  expect(read(answer([{ text: 'a' }], { groundingMetadata }))).toMatchObject({
    value: {
      choices: [
        { message: { annotations: [{ type: 'url_citation', url_citation: { start_index: 0, end_index: 3, url: 'u', title: 't' } }] } },
      ],
      vertex_ai_grounding_metadata: [groundingMetadata],
      usage: { prompt_tokens_details: { web_search_requests: 1, google_maps_grounding_requests: 1 } },
    },
  });
});

test('a candidate that says nothing is none, and what stands beside it does not count', () => {
  const [said] = JSON.parse(JSON.stringify(answer([{ text: 'a' }])['candidates']));
  const outcome = read({ candidates: [{ groundingMetadata: { webSearchQueries: ['q'] } }, { ...said, index: 1 }] });
  expect(outcome).toMatchObject({ value: { choices: [{ index: 1 }], vertex_ai_grounding_metadata: [] } });
});

test('probabilities of tokens', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'a', logProbability: -0.5 }],
    topCandidates: [{ candidates: [{ token: 'b', logProbability: -1 }] }],
  };
  expect(choice([{ text: 'a' }], { logprobsResult })).toMatchObject({
    logprobs: { content: [{ token: 'a', logprob: -0.5, top_logprobs: [{ token: 'b', logprob: -1 }] }] },
  });
});

test.each([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['LANGUAGE', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', 'stop'],
  ['NEW', 'stop'],
])('an answer that ended with %s', (finishReason, reason) => {
  expect(choice([{ text: 'a' }], { finishReason })).toMatchObject({
    finish_reason: reason,
    provider_specific_fields: { native_finish_reason: finishReason },
  });
});

test.each([
  ['the prompt', { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: COUNTS }],
  ['the answer', answer([{ text: 'a' }], { finishReason: 'SAFETY' })],
])('%s was refused for what it says', (_name, body) => {
  const given = read(body);
  expect(given).toMatchObject({
    value: { choices: [{ finish_reason: 'content_filter', message: { content: null } }], usage: { total_tokens: 8 } },
  });
});

test("the tier that served is the header's", () => {
  expect(read(answer([{ text: 'a' }]), {}, { 'x-gemini-service-tier': 'STANDARD' })).toMatchObject({ value: { service_tier: 'default' } });
  expect(read(answer([{ text: 'a' }]), {}, { 'x-gemini-service-tier': 'flex' })).toMatchObject({ value: { service_tier: 'flex' } });
});

test.each([
  ['no JSON', '{"candidates"', 'bad-upstream'],
  ['no object', '[1]', 'bad-upstream'],
  ['no answer', '{}', 'bad-upstream'],
  ['an error', '{"error":{"code":503,"message":"e"}}', 'upstream-refused'],
])('a success with %s is none', (_name, body, kind) => {
  expect(read(body)).toMatchObject({ ok: false, error: { kind } });
});

function refused(status: number, wishes: PlanWishes = {}, message = 'e'): TransformError {
  const body = JSON.stringify({ error: { code: status, message, status: 'X' } });
  return toError({ status, headers: {}, body }, makePlan('vertex_ai/gemini-2.5-flash', wishes));
}

describe('an error', () => {
  test('shows the whole body', () => {
    expect(refused(400)).toMatchObject({ kind: 'upstream-refused', status: 400, message: expect.stringContaining('"status":"X"') });
  });

  test('may be shown with another status, unless the answer was to be streamed', () => {
    expect(refused(502)).toMatchObject({ status: 502, shown: { status: 500 } });
    expect(refused(502, { stream: true })).not.toHaveProperty('shown');
    expect(refused(429, { stream: true })).toMatchObject({ shown: { type: 'rate_limit_error' } });
  });
});

test('how the call was served is for the responses API alone', () => {
  const body = JSON.stringify({ ...answer([{ text: 'a' }]), usageMetadata: { ...COUNTS, trafficType: 'ON_DEMAND' } });
  const asked = (dialect: 'openai-chat' | 'openai-responses'): Outcome<JsonObject> =>
    toChatCompletion({ status: 200, headers: {}, body }, makePlan(MODEL, { dialect }), AMBIENT, {});
  expect(asked('openai-responses')).toMatchObject({ value: { provider_specific_fields: { traffic_type: 'ON_DEMAND' } } });
  expect(asked('openai-chat')).not.toMatchObject({ value: { provider_specific_fields: expect.anything() } });
});

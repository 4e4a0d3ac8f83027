import { describe, expect, test } from 'vitest';
import { awsMessage } from '../../../test/aws-message.ts';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { byteByByte, joinBytes, runBinary, type BinaryRun } from '../../../test/run-binary.ts';
import type { JsonObject } from '../../contract/json.ts';
import { bedrockTextFormat } from './format.ts';

const TALK = [
  { role: 'system', content: 'S' },
  { role: 'user', content: [{ type: 'text', text: 'q1' }] },
  { role: 'assistant', content: 'a1' },
  { role: 'user', content: 'q2' },
];

function request(model: string, members: JsonObject = {}, stream = false): ReturnType<typeof bedrockTextFormat.request> {
  return bedrockTextFormat.request(deepFreeze({ messages: TALK, ...members }), makePlan(`bedrock/${model}`, { stream }), AMBIENT);
}

test.each<[string, JsonObject, JsonObject]>([
  [
    'invoke/amazon.titan-text-express-v1',
    { max_tokens: 5, stop: ['X'], top_p: 0.5 },
    {
      inputText: '\n\nUser: <admin>S</admin>\n\nUser: q1\n\nBot: a1\n\nUser: q2\n\nBot: ',
      textGenerationConfig: { maxTokenCount: 5, stopSequences: ['X'], topP: 0.5 },
    },
  ],
  [
    'invoke/mistral.mistral-7b-instruct-v0:2',
    { max_tokens: 5 },
    { prompt: '<s>[INST] \nS [/INST]\n[INST] q1 [/INST]\n a1</s> [INST] q2 [/INST]\n', max_tokens: 5 },
  ],
  [
    'invoke/meta.llama3-70b-instruct-v1:0',
    { max_tokens: 5 },
    {
      prompt:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nq1<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\na1<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nq2<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\n',
      max_gen_len: 5,
    },
  ],
  ['meta.llama2-13b-chat-v1', {}, { prompt: '<s>[INST] <<SYS>>\nS\n<</SYS>>\n [/INST]\n[INST] q1 [/INST]\na1\n</s>[INST] q2 [/INST]\n' }],
  ['cohere.command-text-v14', { top_p: 0.5, n: 2 }, { prompt: 'S\n\nq1\n\na1\n\nq2', p: 0.5, num_generations: 2 }],
  ['ai21.j2-mid-v1', { max_tokens: 5 }, { prompt: 'Sq1a1q2', maxTokens: 5 }],
])('%s', (model, members, body) => {
  expect(request(model, members)).toMatchObject({ ok: true, value: body });
});

test('Cohere is told of a stream in the body, too; what is no text is declined, and what a family does not take refused', () => {
  expect(request('invoke/cohere.command-r-plus-v1:0', {}, true)).toMatchObject({ value: { stream: true } });
  const picture = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }];
  expect(request('invoke/mistral.x', { messages: picture })).toMatchObject({ error: { kind: 'declined' } });
  expect(request('invoke/brand.new')).toMatchObject({ error: { kind: 'declined' } });
  expect(request('invoke/mistral.x', { tools: [] })).toMatchObject({ error: { kind: 'unsupported-params' } });
});

describe('answers', () => {
  const plan = makePlan('bedrock/invoke/mistral.x');
  const headers = { 'x-amzn-bedrock-input-token-count': '5', 'x-amzn-bedrock-output-token-count': '7' };

  test.each<[JsonObject, string]>([
    [{ results: [{ outputText: 'hi', completionReason: 'FINISH' }] }, 'stop'],
    [{ generation: 'hi', stop_reason: 'length' }, 'length'],
    [{ text: 'hi', finish_reason: 'MAX_TOKENS' }, 'length'],
    [{ generations: [{ text: 'hi', finish_reason: 'COMPLETE' }] }, 'stop'],
    [{ outputs: [{ text: 'hi', stop_reason: 'stop' }] }, 'stop'],
    [{ completions: [{ data: { text: 'hi' }, finishReason: { reason: 'length' } }] }, 'length'],
    [{ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] }, 'stop'],
  ])('%j', (answer, reason) => {
    expect(bedrockTextFormat.response({ status: 200, headers, body: JSON.stringify(answer) }, plan, AMBIENT, {})).toMatchObject({
      value: {
        choices: [{ message: { content: 'hi' }, finish_reason: reason }],
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
      },
    });
  });

  test('one without a word is no answer', () => {
    for (const body of ['{}', 'nonsense', '{"text":""}']) {
      expect(bedrockTextFormat.response({ status: 200, headers, body }, plan, AMBIENT, {})).toMatchObject({
        error: { kind: 'bad-upstream' },
      });
    }
  });
});

describe('streams', () => {
  const plan = makePlan('bedrock/invoke/mistral.x', { stream: true });
  const run = (events: readonly JsonObject[]): BinaryRun<JsonObject> => {
    const bytes = joinBytes(
      events.map((event) =>
        awsMessage({ ':message-type': 'event', ':event-type': 'chunk' }, JSON.stringify({ bytes: btoa(JSON.stringify(event)) })),
      ),
    );
    const whole = runBinary(bedrockTextFormat, plan, {}, [bytes]);
    expect(runBinary(bedrockTextFormat, plan, {}, byteByByte(bytes))).toEqual(whole);
    return whole;
  };

  test('pieces, the end, and what AWS counted', () => {
    const metrics = { inputTokenCount: 5, outputTokenCount: 7 };
    expect(
      run([
        { generation: 'a' },
        { generation: '', stop_reason: 'length' },
        { generation: 'b', 'amazon-bedrock-invocationMetrics': metrics },
      ]),
    ).toMatchObject({
      error: undefined,
      out: [
        { choices: [{ delta: { role: 'assistant', content: 'a' } }] },
        { choices: [{ delta: { content: 'b' } }] },
        { choices: [{ finish_reason: 'length' }] },
        { choices: [], usage: { prompt_tokens: 5, completion_tokens: 7 } },
      ],
    });
  });

  test('one without an end is cut', () => {
    expect(run([{ generation: 'a' }]).error).toMatchObject({ kind: 'stream-cut', phase: 'open' });
    expect(run([]).error).toMatchObject({ kind: 'stream-cut', phase: 'idle' });
  });
});

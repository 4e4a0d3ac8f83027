import { describe, expect, test } from 'vitest';
import { awsMessage } from '../../../test/aws-message.ts';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import { byteByByte, joinBytes, runBinary, type BinaryRun } from '../../../test/run-binary.ts';
import type { JsonObject } from '../../contract/json.ts';
import { bedrockConverseFormat } from './format.ts';

const PLAN = makePlan('bedrock/us.amazon.nova-lite-v1:0', { stream: true });
const CHAT: JsonObject = { messages: [] };

function event(name: string, payload: JsonObject): Uint8Array {
  return awsMessage({ ':message-type': 'event', ':event-type': name }, JSON.stringify(payload));
}

function exception(name: string, message: string): Uint8Array {
  return awsMessage({ ':message-type': 'exception', ':exception-type': name }, JSON.stringify({ message }));
}

function run(events: readonly Uint8Array[], chat = CHAT): BinaryRun<JsonObject> {
  const bytes = joinBytes(events);
  const whole = runBinary(bedrockConverseFormat, PLAN, chat, [bytes]);
  expect(runBinary(bedrockConverseFormat, PLAN, chat, byteByByte(bytes))).toEqual(whole);
  return whole;
}

const START = event('messageStart', { role: 'assistant' });
const STOP = event('messageStop', { stopReason: 'end_turn' });
const SAID = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'hi' } });

describe('what comes', () => {
  test('text, the end, and what was counted', () => {
    const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };
    const { out, error } = run([START, SAID, SAID, STOP, event('metadata', { usage, metrics: { latencyMs: 1 } })]);
    expect(error).toBeUndefined();
    expect(out.map(({ choices }) => choices)).toMatchObject([
      [{ delta: { role: 'assistant', content: 'hi' } }],
      [{ delta: { content: 'hi' } }],
      [{ delta: {}, finish_reason: 'stop' }],
      [{}],
    ]);
    expect(out.at(-1)).toMatchObject({ usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }, model: 'group' });
  });

  test('an answer that says nothing begins before it ends', () => {
    const { out } = run([START, STOP]);
    expect(out.map(({ choices }) => choices)).toMatchObject([
      [{ delta: { role: 'assistant', content: '' } }],
      [{ delta: {}, finish_reason: 'stop' }],
    ]);
  });

  test('calls, under the names the client gave; one without arguments has an empty object', () => {
    const call = (at: number, name: string): Uint8Array =>
      event('contentBlockStart', { contentBlockIndex: at, start: { toolUse: { toolUseId: `id-${at}`, name } } });
    const { out } = run(
      [
        START,
        call(0, 'find_it_'),
        event('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{"a":1}' } } }),
        event('contentBlockStop', { contentBlockIndex: 0 }),
        call(1, 'f'),
        event('contentBlockStop', { contentBlockIndex: 1 }),
        event('messageStop', { stopReason: 'tool_use' }),
      ],
      { ...CHAT, tools: [{ type: 'function', function: { name: 'find it!' } }] },
    );
    const calls = out.flatMap(({ choices }) => JSON.parse(JSON.stringify(choices))[0].delta.tool_calls ?? []);
    expect(calls).toMatchObject([
      { index: 0, id: 'id-0', function: { name: 'find it!', arguments: '' } },
      { index: 0, function: { arguments: '{"a":1}' } },
      { index: 1, id: 'id-1', function: { name: 'f' } },
      { index: 1, function: { arguments: '{}' } },
    ]);
  });

  test('thinking', () => {
    const { out } = run([event('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'hm' } } }), STOP]);
    expect(out[0]?.['choices']).toMatchObject([
      { delta: { reasoning_content: 'hm', thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] } },
    ]);
  });
});

describe('what breaks off', () => {
  test('a stream that ends before its end', () => {
    expect(run([START, SAID]).error).toMatchObject({ kind: 'stream-cut' });
    expect(run([]).error).toMatchObject({ kind: 'stream-cut' });
    expect(run([START, SAID.subarray(0, 20)]).error).toMatchObject({ kind: 'stream-cut' });
  });

  test.each([
    ['throttlingException', 429],
    ['internalServerException', 500],
    ['modelStreamErrorException', 424],
    ['validationException', 400],
    ['brandNewException', 400],
  ])('%s', (name, status) => {
    expect(run([START, SAID, exception(name, 'no')])).toMatchObject({
      out: [{ choices: [{ delta: { content: 'hi' } }] }],
      error: { kind: 'upstream-refused', status, message: `${name} {"message":"no"}` },
    });
    expect(run([exception(name, 'no')]).error).toMatchObject({ kind: 'upstream-refused', status });
  });

  test('a message that is spoilt on its way', () => {
    const spoilt = Uint8Array.from(SAID);
    spoilt[30] = (spoilt[30] ?? 0) ^ 1;
    expect(run([START, spoilt]).error).toMatchObject({ kind: 'bad-upstream' });
  });
});

test('a stream that the model cannot give is made from a whole answer', () => {
  const chat = { ...CHAT, response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } };
  expect(bedrockConverseFormat.decode?.(PLAN, chat)).toBeUndefined();
  expect(bedrockConverseFormat.endpoint(PLAN, {}, {}, chat).url).toMatch(/\/converse$/u);
  const answer = {
    output: { message: { role: 'assistant', content: [{ toolUse: { toolUseId: '1', name: 'json_tool_call', input: { a: 1 } } }] } },
    stopReason: 'tool_use',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  };
  const machine = bedrockConverseFormat.stream(PLAN, chat);
  const first = machine.step(machine.start(AMBIENT), JSON.stringify(answer));
  const { out, error } = machine.end(first.state);
  expect([error, out[0]?.['choices']]).toMatchObject([undefined, [{ delta: { content: '{"a": 1}' } }]]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awsMessage } from '../../../test/aws-message.ts';
import { makePlan } from '../../../test/make-plan.ts';
import { byteByByte, joinBytes, runBinary, runDecoded, type BinaryRun } from '../../../test/run-binary.ts';
import type { JsonObject } from '../../contract/json.ts';
import { decodeChunks } from './decode.ts';
import { bedrockInvokeFormat } from './format.ts';
import { bedrockNovaFormat } from './nova.ts';
import { invokeMessagesStream } from './stream.ts';

const PLAN = makePlan('bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', { stream: true });

function chunk(event: JsonObject): Uint8Array {
  const bytes = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(event))));
  return awsMessage({ ':message-type': 'event', ':event-type': 'chunk' }, JSON.stringify({ bytes, p: 'padding' }));
}

const METRICS = { inputTokenCount: 3, outputTokenCount: 2, cacheReadInputTokenCount: 7, invocationLatency: 1 };
const START = { type: 'message_start', message: { model: 'm', usage: { input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 0 } } };
const SAID = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'né ' } };
const DELTA = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } };
const STOP = { type: 'message_stop' };
const COUNTED = { ...STOP, 'amazon-bedrock-invocationMetrics': METRICS };

function messages(events: readonly JsonObject[]): BinaryRun<string> {
  const bytes = joinBytes(events.map(chunk));
  const read = (pieces: readonly Uint8Array[]): BinaryRun<string> => runDecoded(decodeChunks(PLAN), invokeMessagesStream(PLAN), pieces);
  const whole = read([bytes]);
  expect(read(byteByByte(bytes))).toEqual(whole);
  return whole;
}

function eventsOf({ out }: BinaryRun<string>): JsonObject[] {
  return out
    .join('')
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.replace(/^(?:event: .*\n)?data: /u, '')));
}

describe("for clients that speak Anthropic's dialect", () => {
  test('events have names; counts of the end stand in message_delta', () => {
    const run = messages([START, SAID, DELTA, COUNTED]);
    expect(run.error).toBeUndefined();
    expect(run.out[0]).toMatch(/^event: message_start\ndata: \{.*"model":"group"/u);
    expect(eventsOf(run).slice(1)).toEqual([
      SAID,
      { ...DELTA, usage: { output_tokens: 2, input_tokens: 3, cache_read_input_tokens: 7 } },
      { ...STOP, usage: { input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 7 } },
    ]);
  });

  test('counts of the beginning that nobody repeats stand there, too', () => {
    expect(eventsOf(messages([START, DELTA, STOP]))[1]).toEqual({ ...DELTA, usage: { output_tokens: 2, cache_read_input_tokens: 5 } });
    expect(eventsOf(messages([DELTA, STOP]))).toEqual([DELTA, STOP]);
  });

  test('an event of AWS’s that nobody knows yet changes nothing', () => {
    const unknown = awsMessage({ ':message-type': 'event', ':event-type': 'of-tomorrow' }, '{"p":"padding","x":1}');
    const known = [START, SAID, DELTA, STOP].map(chunk);
    const read = (pieces: readonly Uint8Array[]): BinaryRun<string> => runDecoded(decodeChunks(PLAN), invokeMessagesStream(PLAN), pieces);
    for (let at = 0; at <= known.length; at += 1) expect(read(known.toSpliced(at, 0, unknown)).out.join('')).toBe(read(known).out.join(''));
  });

  test('without message_stop a stream is cut, even after a reason', () => {
    const run = messages([START, DELTA]);
    expect(eventsOf(run)).toHaveLength(2);
    expect(run.error).toMatchObject({ kind: 'stream-cut' });
  });
});

test('for chats: text, end, counts', () => {
  const run = runBinary(bedrockInvokeFormat, PLAN, { messages: [] }, [joinBytes([START, SAID, DELTA, COUNTED].map(chunk))]);
  expect(run).toMatchObject({
    error: undefined,
    out: [
      { choices: [{ delta: { content: 'né ' } }] },
      { choices: [{ finish_reason: 'stop' }] },
      { usage: { prompt_tokens: 8, completion_tokens: 2 } },
    ],
  });
});

test('an exception ends it with its own status; what is no base64 is no event', () => {
  const refused = awsMessage({ ':message-type': 'exception', ':exception-type': 'throttlingException' }, '{"message":"slow"}');
  const cut = runBinary(bedrockInvokeFormat, PLAN, { messages: [] }, [joinBytes([chunk(START), refused])]);
  expect(cut.error).toMatchObject({ kind: 'upstream-refused', status: 429 });
  const unavailable = awsMessage({ ':message-type': 'exception', ':exception-type': 'serviceUnavailableException' }, '{"message":"gone"}');
  const amid = runBinary(bedrockInvokeFormat, PLAN, { messages: [] }, [joinBytes([chunk(START), unavailable])]);
  expect(amid.error).toMatchObject({ status: 503, shown: { type: null } });
  const odd = awsMessage({ ':message-type': 'event', ':event-type': 'chunk' }, '{"bytes":"***"}');
  expect(runBinary(bedrockInvokeFormat, PLAN, { messages: [] }, [odd]).error).toMatchObject({ kind: 'stream-cut' });
});

test("Nova's events hold Converse's", () => {
  const nova = makePlan('bedrock/invoke/us.amazon.nova-lite-v1:0', { stream: true });
  const events = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'hi' } } },
    { messageStop: { stopReason: 'end_turn' } },
  ];
  expect(runBinary(bedrockNovaFormat, nova, { messages: [] }, [joinBytes(events.map(chunk))])).toMatchObject({
    error: undefined,
    out: [{ choices: [{ delta: { content: 'hi' } }] }, { choices: [{ finish_reason: 'stop' }] }],
  });
});

test('whatever comes: no throw, one end, and the same byte by byte', () => {
  const event = fc.oneof(
    fc.constantFrom<JsonObject>(START, SAID, DELTA, STOP, COUNTED, { type: 'ping' }, { type: 'error', error: { message: 'e' } }, {}),
    fc
      .dictionary(fc.constantFrom('type', 'delta', 'usage', 'message'), fc.jsonValue())
      .map((given): JsonObject => JSON.parse(JSON.stringify(given))),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), (events) => {
      const run = messages(events);
      const ends = eventsOf(run).filter(({ type }) => type === 'message_stop' || type === 'error');
      expect(ends.length + (run.error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 150 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import { runMachine, type MachineRun } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { pipe } from '../../stream/pipe.ts';
import { chunkTextStream } from '../openai-chat/text-stream.ts';
import { toChunks } from './stream.ts';

const SECOND = makePlan('cohere_chat/command-a', { stream: true });
const FIRST = makePlan('cohere_chat/v1/command-r', { stream: true });
const USAGE = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };
const COUNTS = { input_tokens: 2, output_tokens: 3 };

function sse(events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function lines(events: readonly JsonObject[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function message(type: string, said: JsonObject, index = 0): JsonObject {
  return { type, index, delta: { message: said } };
}

function run(plan: typeof SECOND, text: string): MachineRun<JsonObject> {
  const whole = runMachine(toChunks(plan, {}), [text]);
  expect(runMachine(toChunks(plan, {}), [...text])).toEqual(whole);
  return whole;
}

function deltas({ out }: MachineRun<JsonObject>): readonly unknown[] {
  return out.flatMap(({ choices }) => (Array.isArray(choices) ? choices : [])).map((choice) => JSON.parse(JSON.stringify(choice)));
}

const ANSWER: readonly JsonObject[] = [
  { type: 'message-start', id: 'x', delta: { message: { role: 'assistant' } } },
  message('tool-plan-delta', { tool_plan: 'p' }),
  message('content-start', { content: { type: 'thinking', thinking: '' } }),
  message('content-delta', { content: { thinking: 't' } }),
  message('content-delta', { content: { text: 'a' } }),
  message('citation-start', { citations: { start: 0, end: 1, sources: [{ type: 'document', id: 'd', document: {} }] } }),
  message('tool-call-start', { tool_calls: { id: 'c', type: 'function', function: { name: 'f', arguments: '' } } }, 1),
  message('tool-call-delta', { tool_calls: { function: { arguments: '{}' } } }, 1),
  { type: 'tool-call-end', index: 1 },
  { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: { tokens: COUNTS } } },
];

test.each([
  ['server-sent events', `${sse(ANSWER)}data: [DONE]\n\n`],
  ['lines', lines(ANSWER)],
  ['lines with a mark before them and none after', `\uFEFF\n${lines(ANSWER).trimEnd()}`],
])('the second version, as %s', (_name, text) => {
  const given = run(SECOND, text);
  expect(given.error).toBeUndefined();
  expect(deltas(given)).toMatchObject([
    { delta: { role: 'assistant', content: 'a' } },
    { delta: { annotations: [{ url_citation: { url: 'source:d' } }] } },
    { delta: { tool_calls: [{ index: 1, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] } },
    { delta: { tool_calls: [{ index: 1, function: { arguments: '{}' } }] } },
    { finish_reason: 'tool_calls' },
    { delta: {} },
  ]);
  expect(given.out.at(-1)).toMatchObject({ usage: USAGE });
});

test('the first version: calls reach the client, and no text comes twice', () => {
  const call = { name: 'f', parameters: { a: 1 } };
  const given = run(
    FIRST,
    lines([
      { event_type: 'stream-start', generation_id: 'g' },
      { event_type: 'text-generation', text: 'a' },
      { event_type: 'citation-generation', citations: [1] },
      { event_type: 'tool-calls-generation', text: 'a', tool_calls: [call] },
      { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { tool_calls: [call], meta: { billed_units: COUNTS } } },
    ]),
  );
  expect(deltas(given)).toMatchObject([
    { delta: { content: 'a' } },
    { delta: { provider_specific_fields: { citations: [1] } } },
    { delta: { tool_calls: [{ index: 0, id: 'call_', function: { name: 'f', arguments: '{"a": 1}' } }] } },
    { finish_reason: 'tool_calls' },
    {},
  ]);
  expect(given.out.at(-1)).toMatchObject({ usage: USAGE });
});

const BROKEN: readonly [string, string, string][] = [
  ['nothing', '', 'stream-cut'],
  ['no end', sse(ANSWER.slice(0, -1)), 'stream-cut'],
  ['an end that failed', sse([{ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'no' } }]), 'upstream-refused'],
  ['an error in place of events', '{"message":"no"}', 'upstream-refused'],
  ['half a line', lines(ANSWER).slice(0, 20), 'bad-upstream'],
];

test.each(BROKEN)('a stream that is none: %s', (_name, text, kind) => {
  expect(run(SECOND, text).error).toMatchObject({ kind });
});

test('why it ended', () => {
  const ended = (reason: string): unknown => deltas(run(FIRST, lines([{ event_type: 'stream-end', finish_reason: reason }])));
  expect(ended('MAX_TOKENS')).toMatchObject([{ finish_reason: 'length' }]);
  expect(ended('ERROR_TOXIC')).toMatchObject([{ finish_reason: 'content_filter' }]);
  expect(run(FIRST, lines([{ event_type: 'stream-end', finish_reason: 'ERROR' }])).error).toMatchObject({ kind: 'upstream-refused' });
});

const anyEvent: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constantFrom(...ANSWER),
  fc
    .dictionary(fc.constantFrom('type', 'event_type', 'index', 'delta', 'text', 'message', 'response', 'finish_reason'), fc.jsonValue())
    .map((event): JsonObject => JSON.parse(JSON.stringify(event))),
);

test('whatever comes: no throw, one end, and the same however it was cut', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 8 }), fc.boolean(), fc.boolean(), (events, isFirst, framed) => {
      const plan = isFirst ? FIRST : SECOND;
      const text = framed ? sse(events).replaceAll('event: undefined\n', '') : lines(events);
      const machine = (): ReturnType<typeof pipe<unknown, unknown, string, JsonObject, string>> =>
        pipe(toChunks(plan, {}), chunkTextStream(plan, {}));
      const { out, error } = runMachine(machine(), [text]);
      expect(runMachine(machine(), [...text])).toEqual({ out, error });
      expect(out.filter((event) => event === 'data: [DONE]\n\n').length + (error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 150 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { chatChunks } from './stream.ts';

const PLAN = makePlan('anthropic/claude-3-5-sonnet-20241022', { stream: true });
const CHAT = { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } };

const text = fc.string({ maxLength: 6 });
const anyBlock: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({
    type: fc.constantFrom('tool_use', 'server_tool_use'),
    id: text,
    name: fc.constantFrom('find', 'web_search', 'json_tool_call'),
    input: fc.constant({}),
  }),
  fc.record({
    type: fc.constantFrom(
      'thinking',
      'redacted_thinking',
      'compaction',
      'web_search_tool_result',
      'bash_code_execution_tool_result',
      'new',
    ),
    data: text,
    tool_use_id: text,
  }),
);
const anyDelta: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ type: fc.constant('text_delta'), text }),
  fc.record({ type: fc.constant('input_json_delta'), partial_json: text }),
  fc.record({ type: fc.constant('thinking_delta'), thinking: text }),
  fc.record({ type: fc.constant('signature_delta'), signature: text }),
  fc.record({ type: fc.constantFrom('compaction_delta', 'new_delta'), content: text }),
);
const index = fc.nat({ max: 3 });
const anyEvent: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(index, anyDelta).map(([at, delta]) => ({ type: 'content_block_delta', index: at, delta })) },
  {
    weight: 3,
    arbitrary: fc.tuple(index, anyBlock).map(([at, block]) => ({ type: 'content_block_start', index: at, content_block: block })),
  },
  { weight: 2, arbitrary: index.map((at): JsonObject => ({ type: 'content_block_stop', index: at })) },
  fc.constantFrom<JsonObject>(
    { type: 'message_start', message: { model: 'm', usage: { input_tokens: 10 } } },
    { type: 'message_stop' },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
    { type: 'message_delta', delta: { stop_reason: null } },
    { type: 'ping' },
    { type: 'new_event' },
    { type: 'error', error: { message: 'e' } },
    {},
  ),
  fc
    .dictionary(fc.constantFrom('type', 'index', 'delta', 'content_block', 'message'), fc.jsonValue())
    .map((event): JsonObject => JSON.parse(JSON.stringify(event))),
);

test('whatever comes: no throw, one end, and the same however it was cut', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      const sent = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
      const whole = runMachine(chatChunks(PLAN, CHAT), [sent]);
      expect(runMachine(chatChunks(PLAN, CHAT), [...sent])).toEqual(whole);
      const finishes = whole.out.filter(({ choices }) => JSON.stringify(choices).includes('"finish_reason"'));
      expect(finishes.length + (whole.error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 500 },
  );
});

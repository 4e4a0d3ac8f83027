import fc from 'fast-check';
import type { JsonObject } from '../src/contract/json.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 5 });
const itemId = fc.constantFrom('i1', 'i2', '');
const index = fc.nat({ max: 3 });

const anyItem: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ type: fc.constant('message'), id: itemId, content: fc.constant([{ type: 'output_text', text: 'a' }]) }),
  fc.record({ type: fc.constantFrom('function_call', 'custom_tool_call'), id: itemId, call_id: itemId, name: text, arguments: text }),
  fc.record({
    type: fc.constant('reasoning'),
    id: itemId,
    summary: fc.constantFrom<JsonObject[]>([], [{ type: 'summary_text', text: 'r' }]),
    encrypted_content: fc.constantFrom(null, 'e'),
  }),
  fc.constantFrom<JsonObject>({ type: 'web_search_call', id: 'w' }, {}),
);

const anyResponse: fc.Arbitrary<JsonObject> = fc.record({
  id: fc.constantFrom('resp_1', 'x', null),
  status: fc.constantFrom('completed', 'incomplete'),
  output: fc.array(anyItem, { maxLength: 3 }),
  usage: fc.constantFrom(null, { input_tokens: 1, output_tokens: 2, total_tokens: 3 }),
});

const DELTAS = ['output_text', 'refusal', 'reasoning_summary_text', 'function_call_arguments', 'custom_tool_call_input'];

const anyEvent: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(...DELTAS.map((kind) => `response.${kind}.delta`)),
      delta: text,
      item_id: itemId,
      output_index: index,
      sequence_number: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('response.output_item.added', 'response.output_item.done'),
      item: anyItem,
      output_index: index,
    }),
  },
  fc.record({ type: fc.constant('response.reasoning_summary_part.added'), item_id: itemId, summary_index: index }),
  fc.record({ type: fc.constantFrom('response.created', 'response.in_progress'), response: anyResponse }),
  fc.record({ type: fc.constantFrom('response.completed', 'response.incomplete'), response: anyResponse }),
  fc.constantFrom<JsonObject>(
    { type: 'response.failed', response: { error: { message: 'e', code: 'server_error' } } },
    { type: 'error', message: 'e' },
    { type: 'new_event' },
    { error: { message: 'e' } },
    {},
  ),
  fc
    .dictionary(fc.constantFrom('type', 'delta', 'item', 'response', 'item_id', 'output_index'), fc.jsonValue())
    .map((event): JsonObject => JSON.parse(JSON.stringify(event))),
);

/** Typed events of the responses API in any order, a good end not seldom. */
export const anyResponsesEvents: fc.Arbitrary<readonly JsonObject[]> = fc
  .tuple(fc.array(anyEvent, { maxLength: 12 }), fc.boolean())
  .map(([events, ends]) => (ends ? [...events, { type: 'response.completed', response: { id: 'resp_1', output: [] } }] : events));

/** Bodies of calls of the responses API, well-formed or not. */
export const anyResponsesInput: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      input: fc.oneof(text, fc.array(fc.oneof(anyItem, fc.jsonValue()), { maxLength: 3 })),
      tools: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(anyItem, fc.jsonValue()), { maxLength: 2 })),
      reasoning: fc.oneof(fc.jsonValue(), fc.constantFrom({ effort: 'low' }, { effort: 'none', summary: 'auto' })),
      text: fc.oneof(fc.jsonValue(), fc.constant({ format: { type: 'json_schema', schema: {} } })),
      tool_choice: fc.jsonValue(),
      metadata: fc.jsonValue(),
      instructions: fc.jsonValue(),
      stream_options: fc.jsonValue(),
      max_output_tokens: fc.oneof(fc.integer(), fc.jsonValue()),
      extra_body: fc.jsonValue(),
      previous_response_id: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((body): JsonObject => JSON.parse(JSON.stringify(body)));

/** The same as a provider sends them. */
export function toSse(events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

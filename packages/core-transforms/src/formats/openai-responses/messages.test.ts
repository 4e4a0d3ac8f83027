import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { anyResponsesEvents, toSse } from '../../../test/responses-events.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ClientAnswer } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { ENCRYPTED_REASONING } from './messages-items.ts';
import { countThroughResponses } from './messages-count.ts';
import { messagesThroughResponses } from './messages.ts';

const MODEL = 'openai/gpt-5';
const PLAN = makePlan(MODEL, { dialect: 'anthropic-messages', stream: true });

function bodyTo(request: JsonObject, model = MODEL, wishes: PlanWishes = {}): JsonObject {
  const call = { body: toRawObject(deepFreeze({ model: 'group', max_tokens: 100, messages: [], ...request })), headers: {} };
  const asked = messagesThroughResponses.request(call, makePlan(model, { dialect: 'anthropic-messages', ...wishes }), AMBIENT);
  if (!asked.ok) throw new Error(asked.error.kind);
  return JSON.parse(String(asked.value.body));
}

function itemsOf(...messages: readonly JsonObject[]): JsonValue | undefined {
  return bodyTo({ messages })['input'];
}

const user = (...content: readonly JsonObject[]): JsonObject => ({ role: 'user', content });
const assistant = (...content: readonly JsonObject[]): JsonObject => ({ role: 'assistant', content });
const said = (role: string, ...content: readonly JsonObject[]): JsonObject => ({ type: 'message', role, content });
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAA' } };
const use = { type: 'tool_use', id: 'call_1', name: 'f', input: { x: 1 } };
const result = (content: JsonValue): JsonObject => ({ type: 'tool_result', tool_use_id: 'call_1', content });
const called = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"x": 1}' };
const boundary = expect.stringMatching(/tool output/u);

describe('messages become items', () => {
  test.each<[string, readonly JsonObject[], readonly unknown[]]>([
    [
      'text',
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
      [said('user', { type: 'input_text', text: 'a' }), said('assistant', { type: 'output_text', text: 'b' })],
    ],
    [
      'images and files',
      [
        user(
          image,
          { type: 'document', title: 'd.pdf', source: { type: 'base64', data: 'BBB' } },
          { type: 'document', source: { type: 'url', url: 'https://a.test' } },
        ),
      ],
      [
        said(
          'user',
          { type: 'input_image', image_url: 'data:image/png;base64,AAA' },
          { type: 'input_file', filename: 'd.pdf', file_data: 'data:application/pdf;base64,BBB' },
          { type: 'input_file', file_url: 'https://a.test' },
        ),
      ],
    ],
    [
      'calls, before what was said',
      [user({ type: 'text', text: 'q' }), assistant({ type: 'text', text: 'a' }, use), user(result('r'))],
      [
        said('user', { type: 'input_text', text: 'q' }),
        called,
        said('assistant', { type: 'output_text', text: 'a' }),
        { type: 'function_call_output', call_id: 'call_1', output: 'r' },
      ],
    ],
    [
      'images in results, in a message of their own',
      [user({ type: 'text', text: 'q' }), assistant(use), user(result([{ type: 'text', text: 'r' }, image]))],
      [
        said('user', { type: 'input_text', text: 'q' }),
        called,
        { type: 'function_call_output', call_id: 'call_1', output: expect.stringMatching(/^r\n/u) },
        said('user', { type: 'input_text', text: boundary }, { type: 'input_image', image_url: 'data:image/png;base64,AAA' }),
      ],
    ],
    [
      'thinking',
      [
        user({ type: 'text', text: 'q' }),
        assistant(
          { type: 'thinking', thinking: 't', signature: `${ENCRYPTED_REASONING}enc` },
          { type: 'thinking', thinking: 'u', signature: 's' },
          { type: 'text', text: 'a' },
        ),
      ],
      [
        said('user', { type: 'input_text', text: 'q' }),
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 't' }], encrypted_content: 'enc' },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'u' }] },
        said('assistant', { type: 'output_text', text: 'a' }),
      ],
    ],
  ])('%s', (_, messages, items) => {
    expect(itemsOf(...messages)).toEqual(items);
  });
});

describe('parameters', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ system: 's' }, { instructions: 's' }],
    [
      {
        system: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { instructions: 'a\nb' },
    ],
    [{ stop_sequences: ['x'], top_k: 5 }, {}],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { reasoning: { effort: 'low' } }],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, { reasoning: { effort: 'high' } }],
    [{ thinking: { type: 'disabled' } }, {}],
    [
      {
        tools: [
          { name: 'f', input_schema: { type: 'object' } },
          { type: 'web_search_20250305', name: 'web_search' },
        ],
        tool_choice: { type: 'any' },
      },
      {
        tools: [{ type: 'function', name: 'f', strict: false, parameters: { type: 'object' } }, { type: 'web_search_preview' }],
        tool_choice: 'required',
      },
    ],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { tool_choice: { type: 'function', name: 'f' } }],
    [{ tool_choice: { type: 'none' } }, { tool_choice: 'none' }],
    [
      { output_format: { type: 'json_schema', schema: { type: 'object' } } },
      { text: { format: { type: 'json_schema', name: 'structured_output', schema: { type: 'object' }, strict: false } } },
    ],
    [
      { context_management: { edits: [{ type: 'compact_20260112', trigger: { type: 'input_tokens', value: 5 } }] } },
      { context_management: [{ type: 'compaction', compact_threshold: 5 }] },
    ],
  ])('%j', (given, expected) => {
    const { model, input, include, max_output_tokens: limit, ...rest } = bodyTo(given);
    expect([model, input, include, limit]).toStrictEqual(['gpt-5', [], ['reasoning.encrypted_content'], 100]);
    expect(rest).toStrictEqual(expected);
  });
});

const RESPONSE: JsonObject = {
  id: 'resp_1',
  status: 'completed',
  model: 'gpt-5-2025',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'r' }], encrypted_content: 'enc' },
    { type: 'web_search_call', id: 'ws_1' },
    { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"x":1}' },
  ],
  usage: { input_tokens: 5, input_tokens_details: { cached_tokens: 2 }, output_tokens: 3, total_tokens: 8 },
};

function answered(response: JsonObject): ClientAnswer {
  const answer = { status: 200, headers: {}, body: JSON.stringify(response) };
  const shown = messagesThroughResponses.response(answer, { body: toRawObject({}), headers: {} }, PLAN, AMBIENT);
  if (!shown.ok) throw new Error(shown.error.kind);
  return shown.value;
}

function answerTo(response: JsonObject): JsonObject {
  return JSON.parse(answered(response).body);
}

describe('an answer', () => {
  test('has a block for each item that chat can show', () => {
    expect(answerTo(RESPONSE)).toMatchObject({
      id: 'resp_1',
      model: 'group',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'r', signature: `${ENCRYPTED_REASONING}enc` },
        { type: 'text', text: 'a' },
        { type: 'tool_use', id: 'call_1', name: 'f', input: { x: 1 } },
      ],
      usage: { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 3 },
    });
  });

  test('tells of the searches that it does not show: they cost', () => {
    expect(answered(RESPONSE).usage).toMatchObject({ input_tokens: 5, server_side_tool_usage_details: { web_search_calls: 1 } });
    expect(answered({ ...RESPONSE, output: [] }).usage).toStrictEqual(RESPONSE['usage']);
    expect(answered({ output: [] }).usage).toBeUndefined();
  });

  test.each<[JsonObject, string]>([
    [{ output: [] }, 'end_turn'],
    [{ status: 'incomplete', output: [] }, 'max_tokens'],
    [{ output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }] }, 'refusal'],
  ])('%j stops for %s', (response, reason) => {
    expect(answerTo({ id: 'resp_1', status: 'completed', ...response })).toMatchObject({ stop_reason: reason });
  });
});

interface Block {
  readonly block: JsonObject;
  readonly text: string;
}

/** Reads a stream as a client does: every piece belongs to a block that is open, every block is opened and closed once. */
function assemble(text: string): { readonly blocks: readonly Block[]; readonly types: readonly string[]; readonly last: JsonObject } {
  const frames = text.split('\n\n').filter((frame) => frame !== '');
  const events = frames.map((frame): JsonObject => JSON.parse(/^event: [a-z_]+\ndata: ([^\n]+)$/u.exec(frame)?.[1] ?? ''));
  const blocks: Block[] = [];
  const open = new Set<JsonValue | undefined>();
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start') {
      expect(index).toBe(blocks.length);
      open.add(index);
      blocks.push({ block: Object(block), text: '' });
    } else if (type === 'content_block_delta') {
      expect(open.has(index)).toBe(true);
      const at = Number(index);
      const piece = Object.values(Object(delta)).slice(1).join('');
      blocks[at] = { block: blocks[at]?.block ?? {}, text: (blocks[at]?.text ?? '') + piece };
    } else if (type === 'content_block_stop') {
      expect(open.delete(index)).toBe(true);
    }
  }
  const types = events.map(({ type }) => String(type));
  if (types.includes('message_stop')) expect(open.size).toBe(0);
  return { blocks, types, last: events.at(-2) ?? {} };
}

describe('a stream', () => {
  const call = { body: toRawObject({ stream: true }), headers: {} };

  test('has the same blocks, piece by piece', () => {
    const sent = toSse([
      { type: 'response.created', response: { id: 'resp_1' } },
      { type: 'response.output_item.added', item: { type: 'reasoning', id: 'rs_1' } },
      { type: 'response.reasoning_summary_part.added', item_id: 'rs_1', summary_index: 0 },
      { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', delta: 'r' },
      { type: 'response.reasoning_summary_part.added', item_id: 'rs_1', summary_index: 1 },
      { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', delta: 's' },
      { type: 'response.output_item.done', item: { type: 'reasoning', id: 'rs_1', encrypted_content: 'enc' } },
      { type: 'response.output_item.added', item: { type: 'message', id: 'msg_1' } },
      { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'a' },
      { type: 'response.output_item.done', item: { type: 'message', id: 'msg_1' } },
      { type: 'response.output_item.added', item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f' } },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_1', delta: '{}' },
      { type: 'response.output_item.done', item: { type: 'function_call', id: 'fc_1' } },
      { type: 'response.completed', response: RESPONSE },
    ]);
    const machine = messagesThroughResponses.stream(call, PLAN);
    const { out, error } = runMachine(machine, [sent]);
    expect(error).toBeUndefined();
    expect(machine.step(machine.start(AMBIENT), sent).usage).toMatchObject({
      prompt_tokens: 5,
      server_side_tool_usage_details: { web_search_calls: 1 },
    });
    const { blocks, types, last } = assemble(out.join(''));
    expect([types[0], ...types.slice(-2)]).toStrictEqual(['message_start', 'message_delta', 'message_stop']);
    expect(blocks).toMatchObject([
      { block: { type: 'thinking' }, text: `r\n\ns${ENCRYPTED_REASONING}enc` },
      { block: { type: 'text' }, text: 'a' },
      { block: { type: 'tool_use', id: 'call_1', name: 'f' }, text: '{}' },
    ]);
    expect(last).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } });
  });

  test('whatever comes: no throw, one end, the same however it was cut, blocks opened and closed once', () => {
    fc.assert(
      fc.property(anyResponsesEvents, (events) => {
        const sent = toSse(events);
        const { out, error } = runMachine(messagesThroughResponses.stream(call, PLAN), [sent]);
        expect(runMachine(messagesThroughResponses.stream(call, PLAN), [...sent])).toEqual({ out, error });
        const { types } = assemble(out.join(''));
        expect(types.filter((type) => type === 'message_stop').length + (error === undefined ? 0 : 1)).toBe(1);
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});

test('whatever a body holds: an outcome, and nothing of it mutated', () => {
  const block = fc.record(
    {
      type: fc.constantFrom('text', 'image', 'tool_use', 'tool_result', 'thinking', 'document'),
      text: fc.jsonValue(),
      source: fc.jsonValue(),
      content: fc.jsonValue(),
      signature: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  );
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'system', 'x'),
    content: fc.oneof(fc.string(), fc.array(block, { maxLength: 3 }), fc.jsonValue()),
  });
  const anyBody = fc.record(
    {
      messages: fc.oneof(fc.array(message, { maxLength: 3 }), fc.jsonValue()),
      system: fc.jsonValue(),
      tools: fc.jsonValue(),
      tool_choice: fc.jsonValue(),
      thinking: fc.oneof(fc.jsonValue(), fc.constant({ type: 'adaptive' })),
      output_config: fc.jsonValue(),
      metadata: fc.jsonValue(),
      context_management: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anyBody, (given) => {
      const body: JsonObject = deepFreeze(JSON.parse(JSON.stringify(given)));
      const call = { body: toRawObject(body), headers: {} };
      expect(typeof messagesThroughResponses.request(call, PLAN, AMBIENT).ok).toBe('boolean');
      expect(typeof countThroughResponses.request(call, PLAN, AMBIENT).ok).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});

function counts(request: JsonObject): ReturnType<typeof countThroughResponses.request> {
  return countThroughResponses.request({ body: toRawObject(deepFreeze(request)), headers: {} }, PLAN, AMBIENT);
}

describe('a count', () => {
  test('is asked of what the call would send', () => {
    const asked = counts({
      model: 'group',
      system: 's',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'a' }],
      tools: [{ name: 'f' }],
    });
    expect(asked).toMatchObject({ ok: true, value: { url: 'https://api.openai.com/v1/responses/input_tokens' } });
    if (asked.ok) {
      expect(JSON.parse(String(asked.value.body))).toStrictEqual({
        model: 'gpt-5',
        input: [said('user', { type: 'input_text', text: 'a' })],
        instructions: 's',
        tools: [{ type: 'function', name: 'f', strict: false }],
      });
    }
  });

  test.each<[JsonObject, string]>([
    [{ messages: [] }, 'bad-request'],
    [{ messages: [{ role: 'user', content: [] }] }, 'declined'],
  ])('of %j is %s', (request, kind) => {
    expect(counts(request)).toMatchObject({ ok: false, error: { kind } });
  });
});

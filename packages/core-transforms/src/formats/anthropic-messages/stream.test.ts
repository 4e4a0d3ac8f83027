import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine, type MachineRun } from '../../../test/run-machine.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { chatChunks } from './stream.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { stream: true });
const OLD_PLAN = makePlan('anthropic/claude-3-5-sonnet-20241022', { stream: true });

function run(pieces: readonly string[], chat: JsonObject = {}, plan = PLAN): MachineRun<JsonObject> {
  return runMachine(chatChunks(plan, deepFreeze(chat)), pieces);
}

function toText(events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** Deltas, then the finish reason, without the usage. */
function deltas(events: readonly JsonObject[], chat?: JsonObject, plan?: typeof PLAN): readonly JsonValue[] {
  const { out: chunks, error } = run([toText(events)], chat, plan);
  expect(error).toBeUndefined();
  return chunks
    .flatMap(({ choices, usage }) => (usage === undefined && Array.isArray(choices) ? choices : []))
    .map(({ delta, finish_reason: finish }) => finish ?? delta);
}

const START = { type: 'message_start', message: { model: 'm', usage: { input_tokens: 10, output_tokens: 1 } } };
const STOP = { type: 'message_stop' };

function begin(index: number, block: JsonObject): JsonObject {
  return { type: 'content_block_start', index, content_block: block };
}

function more(index: number, delta: JsonObject): JsonObject {
  return { type: 'content_block_delta', index, delta };
}

function close(index: number): JsonObject {
  return { type: 'content_block_stop', index };
}

function stop(reason: string | null, usage?: JsonObject): JsonObject {
  return { type: 'message_delta', delta: { stop_reason: reason }, ...(usage !== undefined && { usage }) };
}

const CALL = { type: 'tool_use', id: 't1', name: 'find', input: {} };

test('text comes as it is said, the role first, empty pieces not at all', () => {
  const events = [
    START,
    begin(0, { type: 'text', text: '' }),
    { type: 'ping' },
    more(0, { type: 'text_delta', text: '' }),
    more(0, { type: 'text_delta', text: 'a' }),
    more(0, { type: 'text_delta', text: 'b' }),
    close(0),
    stop('end_turn'),
    STOP,
  ];
  expect(deltas(events)).toEqual([{ role: 'assistant', content: 'a' }, { content: 'b' }, 'stop']);
});

function shown(blocks: JsonValue, rest: JsonObject): JsonObject {
  return { thinking_blocks: blocks, provider_specific_fields: { thinking_blocks: blocks }, content: '', ...rest };
}

test('thinking, its signature, and thinking that is redacted', () => {
  const events = [
    START,
    begin(0, { type: 'redacted_thinking', data: 'd' }),
    close(0),
    begin(1, { type: 'thinking', thinking: '' }),
    more(1, { type: 'thinking_delta', thinking: 'hm' }),
    more(1, { type: 'signature_delta', signature: 's' }),
    close(1),
    stop('end_turn'),
  ];
  expect(deltas(events)).toEqual([
    shown([{ type: 'redacted_thinking', data: 'd' }], { role: 'assistant' }),
    shown([{ type: 'thinking', thinking: 'hm' }], { reasoning_content: 'hm' }),
    shown([{ type: 'thinking', thinking: '', signature: 's' }], { reasoning_content: '' }),
    'stop',
  ]);
});

describe('calls', () => {
  test('begin with id and name; arguments follow', () => {
    const events = [
      START,
      begin(0, CALL),
      more(0, { type: 'input_json_delta', partial_json: '{"a"' }),
      more(0, { type: 'input_json_delta', partial_json: ':1}' }),
      close(0),
      stop('tool_use'),
    ];
    expect(deltas(events)).toEqual([
      { role: 'assistant', content: '', tool_calls: [{ id: 't1', function: { arguments: '', name: 'find' }, type: 'function', index: 0 }] },
      { content: '', tool_calls: [{ function: { arguments: '{"a"' }, type: 'function', index: 0 }] },
      { content: '', tool_calls: [{ function: { arguments: ':1}' }, type: 'function', index: 0 }] },
      'tool_calls',
    ]);
  });

  test('without arguments end in {}', () => {
    const events = [START, begin(0, CALL), more(0, { type: 'input_json_delta', partial_json: '' }), close(0), stop('tool_use')];
    expect(deltas(events).at(-2)).toEqual({ content: '', tool_calls: [{ function: { arguments: '{}' }, type: 'function', index: 0 }] });
  });

  test('that say nothing of their arguments end in {} too', () => {
    expect(deltas([START, begin(0, CALL), close(0), stop('tool_use')]).at(-2)).toMatchObject({
      tool_calls: [{ function: { arguments: '{}' } }],
    });
  });

  test('that interleave keep apart', () => {
    const events = [
      START,
      begin(0, CALL),
      begin(1, { ...CALL, id: 't2' }),
      more(0, { type: 'input_json_delta', partial_json: '0' }),
      more(1, { type: 'input_json_delta', partial_json: '1' }),
      close(0),
      close(1),
      stop('tool_use'),
    ];
    expect(deltas(events).slice(2, 4)).toMatchObject([
      { tool_calls: [{ function: { arguments: '0' }, index: 0 }] },
      { tool_calls: [{ function: { arguments: '1' }, index: 1 }] },
    ]);
  });

  test('have the names the client knows', () => {
    const chat = { tools: [{ type: 'function', function: { name: 'a/b' } }] };
    expect(deltas([START, begin(0, { ...CALL, name: 'a_b' }), stop('tool_use')], chat)[0]).toMatchObject({
      tool_calls: [{ function: { name: 'a/b' } }],
    });
  });

  test('of the JSON tool are text', () => {
    const chat = { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } };
    const events = [
      START,
      begin(0, { ...CALL, name: 'json_tool_call' }),
      more(0, { type: 'input_json_delta', partial_json: '' }),
      more(0, { type: 'input_json_delta', partial_json: '{"a":1}' }),
      close(0),
      stop('tool_use'),
    ];
    expect(deltas(events, chat, OLD_PLAN)).toEqual([{ role: 'assistant', content: '{"a": 1}' }, 'stop']);
    const wrapped = events.toSpliced(3, 1, more(0, { type: 'input_json_delta', partial_json: '{"values":{"a":1}}' }));
    expect(deltas(wrapped, chat, OLD_PLAN)).toEqual([{ role: 'assistant', content: '{"a": 1}' }, 'stop']);
    const cut = events.toSpliced(
      3,
      1,
      more(0, { type: 'input_json_delta', partial_json: '{"a":' }),
      more(0, { type: 'input_json_delta', partial_json: '1}' }),
    );
    expect(deltas(cut, chat, OLD_PLAN)).toEqual([{ role: 'assistant', content: '{"a":' }, { content: '1}' }, 'stop']);
  });
});

test('what the provider’s own tools find is shown whole each time', () => {
  const search = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} };
  const result = { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result', url: 'u' }] };
  const events = [
    START,
    begin(0, search),
    more(0, { type: 'input_json_delta', partial_json: '{"query":"q"}' }),
    close(0),
    begin(1, result),
    close(1),
    more(2, { type: 'citations_delta', citation: { cited_text: 'c' } }),
    stop('end_turn'),
  ];
  expect(deltas(events)).toMatchObject([
    { provider_specific_fields: { web_search_calls: { s1: { status: 'in_progress' } } } },
    { tool_calls: [{ function: { arguments: '{"query":"q"}' } }] },
    {
      provider_specific_fields: {
        web_search_results: [result],
        web_search_calls: { s1: { status: 'completed', action: { query: 'q', sources: [{ url: 'u' }] } } },
      },
    },
    { provider_specific_fields: { citation: { cited_text: 'c' } } },
    'stop',
  ]);
});

test('usage of all events together closes the stream, without the tier', () => {
  const events = [
    { ...START, message: { model: 'm', usage: { input_tokens: 10, cache_read_input_tokens: 5, service_tier: 'standard' } } },
    stop('end_turn', { output_tokens: 7 }),
    STOP,
  ];
  const { out: chunks } = run([toText(events)]);
  expect(chunks.at(-1)).toMatchObject({ choices: [{ index: 0, delta: {} }], usage: { prompt_tokens: 15, completion_tokens: 7 } });
  expect(chunks.at(-1)?.['usage']).not.toHaveProperty('service_tier');
});

test('an error is shown as the row says, once the answer has begun', () => {
  const plan = makePlan('bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', { stream: true });
  const error = { type: 'error', error: { type: 'api_error', message: 'no' } };
  const said = [START, begin(0, { type: 'text', text: '' }), more(0, { type: 'text_delta', text: 'a' })];
  expect(run([toText([...said, error])], {}, plan).error).toMatchObject({ shown: { status: 503, type: null } });
  expect(run([toText([error])], {}, plan).error).not.toHaveProperty('shown');
});

describe('the end', () => {
  test('after a stop reason is the end, with or without message_stop, and nothing follows it', () => {
    const whole = [START, stop('max_tokens'), STOP];
    expect(deltas(whole)).toEqual(['length']);
    expect(deltas(whole.slice(0, -1))).toEqual(['length']);
    expect(deltas([...whole, more(0, { type: 'text_delta', text: 'late' }), STOP])).toEqual(['length']);
  });

  test('by message_stop alone is a stop', () => {
    expect(deltas([START, more(0, { type: 'text_delta', text: 'a' }), STOP])).toEqual([{ role: 'assistant', content: 'a' }, 'stop']);
  });

  test.each([
    ['nothing', ''],
    ['a start', toText([START])],
    ['a text', toText([START, begin(0, { type: 'text', text: '' }), more(0, { type: 'text_delta', text: 'a' })])],
    ['a message_delta without a reason', toText([START, stop(null, { output_tokens: 1 })])],
    ['a whole JSON answer', '{"type":"message"}'],
  ])('after %s is a cut', (_name, text) => {
    const { out: chunks, error } = run([text]);
    expect(error).toMatchObject({ kind: 'stream-cut', provider: 'anthropic' });
    expect(JSON.stringify(chunks)).not.toContain('finish_reason');
  });

  test('by an error event carries the provider’s words', () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(run([toText([overloaded])])).toMatchObject({
      out: [],
      error: { kind: 'upstream-refused', status: 500, message: 'Overloaded' },
    });
    expect(run([toText([START, { type: 'error' }])]).error).toMatchObject({ kind: 'upstream-refused' });
  });

  test('by something that is no event is the provider’s fault', () => {
    expect(run(['data: {"type": "content_bl\n\n']).error).toMatchObject({ kind: 'bad-upstream' });
    expect(run([`data: [DONE]\n\n${toText([stop('end_turn')])}`]).error).toBeUndefined();
  });
});

test('the hot event leaves the state as it is', () => {
  const machine = chatChunks(PLAN, {});
  const first = machine.step(machine.start(AMBIENT), toText([START, more(0, { type: 'text_delta', text: 'a' })]));
  const second = machine.step(first.state, toText([more(0, { type: 'text_delta', text: 'b' })]));
  expect(second.state).toBe(first.state);
});

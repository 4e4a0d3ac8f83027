import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { convertMessages, readMessages, type Conversation, type ConversationRules } from './convert-messages.ts';

const RULES: ConversationRules = { takesSystem: false, mends: false, callId: 'f' };

function convert(messages: readonly JsonValue[], rules: Partial<ConversationRules> = {}): Conversation {
  const read = readMessages(deepFreeze(messages));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const made = convertMessages(deepFreeze(read.value), { ...RULES, ...rules });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

function text(words: string): JsonObject {
  return { type: 'text', text: words };
}

function call(id: string, name = 'find', given = '{}'): JsonObject {
  return { id, type: 'function', function: { name, arguments: given } };
}

const CACHE = { type: 'ephemeral' };

describe('system messages', () => {
  test('at the start are the system prompt, with its cache marks and without empty texts', () => {
    const { system } = convert([
      { role: 'system', content: 'a', cache_control: CACHE },
      { role: 'developer', content: 'b' },
      { role: 'system', content: [{ ...text('c'), cache_control: { type: 'ephemeral', ttl: '1h' } }, text('')] },
      { role: 'user', content: 'q' },
    ]);
    expect(system).toEqual([
      { ...text('a'), cache_control: CACHE },
      text('b'),
      { ...text('c'), cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]);
  });

  const conversation = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: null, tool_calls: [call('c1')] },
    { role: 'system', content: 'be brief' },
    { role: 'tool', tool_call_id: 'c1', content: 'r' },
    { role: 'assistant', content: 'a' },
  ];

  test('later become user turns, but not between a call and its result', () => {
    const { turns } = convert(conversation);
    expect(turns.map(({ role, content }) => [role, ...content.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result', 'text', 'text'],
      ['assistant', 'text'],
    ]);
  });

  test('later stay what they are for models that take them, behind the user’s turn', () => {
    const { turns } = convert(conversation, { takesSystem: true });
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'system', 'assistant']);
    expect(turns[3]?.content).toEqual([text('be brief')]);
  });

  test('that fit nowhere become user turns even then', () => {
    const { turns } = convert(
      [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'a' },
        { role: 'system', content: 'x' },
      ],
      { takesSystem: true },
    );
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('a longer replay begins like the shorter one, for every model', () => {
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), fc.boolean(), (messages, takesSystem) => {
        const start = [{ role: 'user', content: 's' }, ...messages, { role: 'user', content: 'e' }, { role: 'assistant', content: 'f' }];
        const shorter = convert(start, { takesSystem }).turns;
        const longer = convert([...start, { role: 'user', content: 'g' }], { takesSystem }).turns;
        expect(longer.slice(0, shorter.length)).toEqual(shorter);
      }),
    );
  });
});

describe('under modify_params', () => {
  const mends = { mends: true };

  test('a call without a result gets one, a result without a call goes, of two results the last stays', () => {
    const { turns } = convert(
      [
        { role: 'user', content: 'q' },
        { role: 'assistant', tool_calls: [call('c1'), call('c2')] },
        { role: 'tool', tool_call_id: 'c1', content: 'r' },
        { role: 'user', content: 'next' },
        { role: 'tool', tool_call_id: 'c9', content: 'lost' },
        { role: 'assistant', tool_calls: [call('c3')] },
        { role: 'tool', tool_call_id: 'c3', content: 'first' },
        { role: 'tool', tool_call_id: 'c3', content: 'last' },
      ],
      mends,
    );
    const results = turns.flatMap(({ content }) => content).filter(({ type }) => type === 'tool_result');
    expect(results.map((block) => [block['tool_use_id'], block['content']])).toEqual([
      ['c1', 'r'],
      ['c2', "[System: Tool execution skipped/interrupted by user. No result provided for tool 'find'.]"],
      ['c3', 'last'],
    ]);
  });

  test('a conversation without turns gets one', () => {
    expect(convert([{ role: 'system', content: 'x' }], mends).turns).toEqual([{ role: 'user', content: [text('Please continue.')] }]);
  });
});

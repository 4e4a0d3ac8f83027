import type { JsonObject } from '@stagegate/core-transforms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { promptKeys } from './prompt-keys.ts';

const LONG = 'word '.repeat(1_500);
const MARK = { cache_control: { type: 'ephemeral' } };

const user = (...blocks: JsonObject[]): JsonObject => ({ role: 'user', content: blocks });
const text = (said: string, more: JsonObject = {}): JsonObject => ({ type: 'text', text: said, ...more });
const keysOf = (...messages: JsonObject[]): readonly string[] => promptKeys({ messages });

describe('prefixes that a provider may have cached', () => {
  test('a prompt that is not marked, or is short, has none', () => {
    expect(keysOf({ role: 'user', content: LONG })).toStrictEqual([]);
    expect(keysOf(user(text('short', MARK)))).toStrictEqual([]);
    expect(promptKeys({ input: LONG })).toStrictEqual([]);
  });

  test('they end at the last mark, and there is one per block', () => {
    const marked = keysOf({ role: 'system', content: LONG }, user(text('a'), text('b', MARK), text('after')), {
      role: 'assistant',
      content: 'c',
    });
    expect(marked).toHaveLength(3);
    expect(keysOf({ role: 'system', content: LONG }, user(text('a'), text('b', MARK)))).toStrictEqual(marked);
  });

  test('a mark that has moved on finds the prefix of the turn before', () => {
    const first = keysOf({ role: 'system', content: LONG }, user(text('a', MARK)));
    const second = keysOf({ role: 'system', content: LONG }, user(text('a')), { role: 'assistant', content: 'b' }, user(text('c', MARK)));
    expect(second).toContain(first[0]);
    expect(second[0]).not.toBe(first[0]);
  });

  test('a text is the same as its one block, and the mark of a message as that of its block', () => {
    const asText = keysOf({ role: 'system', content: LONG, ...MARK });
    expect(asText).toHaveLength(1);
    expect(keysOf({ content: [text(LONG, MARK)], role: 'system' })).toStrictEqual(asText);
  });

  test('a provider looks back twenty positions; results of tools in a row are one', () => {
    const many = Array.from({ length: 30 }, (_, at) => text(String(at)));
    expect(keysOf({ role: 'system', content: LONG }, user(...many, text('end', MARK)))).toHaveLength(20);
    const results = Array.from({ length: 30 }, (_, at) => ({ type: 'tool_result', tool_use_id: String(at), content: 'r' }));
    expect(keysOf({ role: 'system', content: LONG }, user(...results, text('end', MARK)))).toHaveLength(32);
  });

  test('other content has other keys', () => {
    const content = fc.string();
    fc.assert(
      fc.property(content, content, (one, other) => {
        fc.pre(one !== other);
        const [first] = keysOf({ role: 'system', content: LONG }, user(text(one, MARK)));
        const [second] = keysOf({ role: 'system', content: LONG }, user(text(other, MARK)));
        expect(first).not.toBe(second);
      }),
    );
  });
});

import { expect, test } from 'vitest';

import { deepFreeze } from '../../test/make-plan.ts';
import type { JsonObject } from '../contract/json.ts';
import { countPrompt, type Prompt } from './count-prompt.ts';
import { formatTools } from './format-tools.ts';

/** One token a word, so that every figure below can be added up by eye. */
function countWords(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== '').length;
}

function blocks(...content: JsonObject[]): Prompt {
  return { messages: [{ role: 'user', content }] };
}

test.each<[string, Prompt, number]>([
  ['nothing but the reply', { messages: [] }, 3],
  ['a message: its own cost, its role, its words', { messages: [{ role: 'user', content: 'one two' }] }, 3 + 3 + 1 + 2],
  ['a name', { messages: [{ role: 'user', content: 'x', name: 'al' }] }, 3 + 3 + 1 + 1 + 2],
  ['a system prompt', { messages: [], system: [{ type: 'text', text: 'a b' }] }, 3 + 3 + 1 + 2],
  ['an empty system prompt', { messages: [], system: '' }, 3],
  ['strings as blocks', { messages: [{ role: 'user', content: ['a b', 'c'] }] }, 3 + 3 + 1 + 3],
  ['an image, whoever writes it', blocks({ type: 'image', source: {} }, { type: 'image_url', image_url: {} }), 3 + 3 + 1 + 170],
  ['a document of text', blocks({ type: 'document', source: { type: 'text', data: 'a b c' } }), 3 + 3 + 1 + 3],
  [
    'a document of blocks',
    blocks({ type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } }),
    3 + 3 + 1 + 1,
  ],
  ['any other document', blocks({ type: 'document', source: { type: 'base64', data: 'x y' } }), 3 + 3 + 1 + 85],
  ['thinking without its signature', blocks({ type: 'thinking', thinking: 'a b', signature: 'x y z' }), 3 + 3 + 1 + 2],
  ['a tool use: its name and input', blocks({ type: 'tool_use', id: 'i', name: 'f', input: { a: 1 } }), 3 + 3 + 1 + 1 + 2],
  ['a tool result', blocks({ type: 'tool_result', tool_use_id: 'i', content: [{ type: 'text', text: 'a b' }] }), 3 + 3 + 1 + 2],
  [
    'chat’s tool calls',
    { messages: [{ role: 'assistant', content: null, tool_calls: [{ function: { name: 'f', arguments: 'a b' } }] }] },
    3 + 3 + 1 + 2,
  ],
])('counts %s', (_, prompt, tokens) => {
  expect(countPrompt(deepFreeze(prompt), countWords)).toBe(tokens);
});

test('counts tools as the text they are shown as, less with a system prompt', () => {
  const tools = [{ name: 'f', input_schema: {} }];
  const text = countWords(formatTools(tools));
  expect(countPrompt({ messages: [], tools }, countWords)).toBe(3 + 9 + text);
  expect(countPrompt({ messages: [], system: 's', tools }, countWords)).toBe(3 + 3 + 1 + 1 + 5 + text);
  expect(countPrompt({ messages: [], tools: [] }, countWords)).toBe(3);
});

test('formats tools of every dialect alike', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'string', description: 'An a' },
      b: { type: 'string', enum: ['x', 'y'] },
      c: { type: 'array', items: { type: 'integer' } },
      d: { type: 'object', properties: { e: { type: 'boolean' } } },
      f: {},
    },
  };
  const text = [
    'namespace functions {',
    '',
    '// Does it',
    'type f = (_: {',
    '// An a',
    'a: string,',
    'b?: "x" | "y",',
    'c?: number[],',
    'd?: {\n  e?: boolean,\n},',
    'f?: any,',
    '}) => any;',
    '',
    '} // namespace functions',
  ].join('\n');
  const given = { name: 'f', description: 'Does it' };
  expect(formatTools([{ ...given, input_schema: schema }])).toBe(text);
  expect(formatTools([{ type: 'function', function: { ...given, parameters: schema } }])).toBe(text);
  expect(formatTools([{ functionDeclarations: [{ ...given, parameters: schema }] }])).toBe(text);
  expect(formatTools([{ name: 'g' }, { type: 'web_search' }])).toBe(
    'namespace functions {\n\ntype g = () => any;\n\n} // namespace functions',
  );
});

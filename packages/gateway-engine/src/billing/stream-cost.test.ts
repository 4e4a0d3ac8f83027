import { describe, expect, test } from 'vitest';
import { showsStreamCost, streamCost } from './stream-cost.ts';

const ASKED = { stream_options: { include_usage: true } };
const costing = (usd: number | undefined, dialect: 'openai-chat' | 'openai-responses' = 'openai-chat'): ((text: string) => string) => {
  const show = streamCost(dialect, ASKED, () => usd);
  if (show === undefined) throw new Error('no cost is shown');
  return show;
};

test.each([
  ['openai-chat', ASKED, true],
  ['openai-completions', ASKED, true],
  ['openai-chat', { stream_options: { include_usage: false } }, false],
  ['openai-chat', {}, false],
  ['openai-responses', {}, true],
  ['anthropic-messages', ASKED, false],
  ['openai-embeddings', ASKED, false],
] as const)('%s, %j: %s', (dialect, body, shown) => {
  expect([showsStreamCost(dialect, body), streamCost(dialect, body, () => 1) !== undefined]).toStrictEqual([shown, shown]);
});

describe('the cost stands in the usage, and nothing else changes', () => {
  test.each([
    [
      'after what was counted',
      '{"usage":{"prompt_tokens":1.0,"x":{"y":1}},"z":2}',
      '{"usage":{"prompt_tokens":1.0,"x":{"y":1},"cost":0.5},"z":2}',
    ],
    [
      'in the event that has it',
      '{"usage":null}\n{"usage": {"prompt_tokens":1}}\n',
      '{"usage":null}\n{"usage": {"prompt_tokens":1,"cost":0.5}}\n',
    ],
    ['in the place of its parts', '{"usage":{"prompt_tokens":1,"cost":{"a":1}}}', '{"usage":{"prompt_tokens":1,"cost":0.5}}'],
    ['in the place of null', '{"usage":{"prompt_tokens":1,"cost":null}}', '{"usage":{"prompt_tokens":1,"cost":0.5}}'],
    ['not where the provider says it', '{"usage":{"prompt_tokens":1,"cost":2}}', '{"usage":{"prompt_tokens":1,"cost":2}}'],
    ['not in an object of that name', '{"usage":{"type":"string"}}', '{"usage":{"type":"string"}}'],
    [
      'not in what a model says',
      String.raw`{"content":"\"usage\":{\"prompt_tokens\":1}"}`,
      String.raw`{"content":"\"usage\":{\"prompt_tokens\":1}"}`,
    ],
    ['not in half an object', '{"usage":{"prompt_tokens":1', '{"usage":{"prompt_tokens":1'],
  ])('%s', (_, given, shown) => {
    expect(costing(0.5)(given)).toBe(shown);
  });

  test('of a response behind the schema of a tool', () => {
    const tools = '"tools":[{"parameters":{"properties":{"usage":{"type":"object"}}}}]';
    expect(costing(0.5, 'openai-responses')(`{${tools},"usage":{"input_tokens":1}}`)).toBe(
      `{${tools},"usage":{"input_tokens":1,"cost":0.5}}`,
    );
  });

  test.each([undefined, 0])('a cost of %s is not shown', (usd) => {
    expect(costing(usd)('{"usage":{"prompt_tokens":1}}')).toBe('{"usage":{"prompt_tokens":1}}');
  });
});

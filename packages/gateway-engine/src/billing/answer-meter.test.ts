import { expect, test } from 'vitest';
import { AnswerMeter, readAnswerId, readUsageObject } from './answer-meter.ts';

test('usage is read wherever an answer has it, and what was said last counts', () => {
  expect(readUsageObject('{"usage": {"prompt_tokens":1,"details":{"a}":"\\"}"}}}')).toStrictEqual({
    prompt_tokens: 1,
    details: { 'a}': '"}' },
  });
  const stream = [
    'event: message_start\ndata: {"message":{"usage":{"input_tokens":7,"cache_read_input_tokens":3,"output_tokens":1}}}\n\n',
    'event: message_delta\ndata: {"usage":{"output_tokens":9,"input_tokens":null}}\n\n',
  ];
  expect(readUsageObject(stream.join(''))).toStrictEqual({ input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 9 });
  expect(readUsageObject('{"usage":null,"other":{}}')).toBeUndefined();
  expect(readUsageObject('{"content":"\\"usage\\": {\\"prompt_tokens\\": 5}"}')).toBeUndefined();
  expect(readUsageObject('{"usage":{"prompt_tokens":')).toBeUndefined();
});

test('a stream tells first and last of its usage', () => {
  const meter = new AnswerMeter({});
  for (const text of ['{"id":"one","usage":{"input_tokens":7}}', '{}', '{"usage":{"output_tokens":2}}']) meter.gave(text);
  expect(meter.usage).toStrictEqual({ input_tokens: 7, output_tokens: 2 });
  expect(readAnswerId(meter.opening)).toBe('one');
});

test('where nobody counts, the text is counted; what a transform knows wins', () => {
  const meter = new AnswerMeter({ guessesTokens: true });
  meter.gave('data: {"choices":[{"delta":{"content":"Good morning to you \\"all\\""}}],"usage":null}\n\n');
  meter.gave('data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\\"city\\": 1}"}}]}}]}\n\n');
  expect(meter.usage).toBeUndefined();
  expect(meter.guessedTokens).toBeGreaterThan(6);
  meter.counted({ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  expect(meter.guessedTokens).toBe(0);
  expect(meter.usage).toMatchObject({ completion_tokens: 2 });
});

test('the text of a long stream is counted as it goes, and comes to what a short one would', () => {
  const event = 'data: {"choices":[{"delta":{"content":"Good morning to all of you"}}],"usage":null}\n\n';
  const tokensOf = (events: number): number => {
    const meter = new AnswerMeter({ guessesTokens: true });
    for (let given = 0; given < events; given += 1) meter.gave(event);
    return meter.guessedTokens;
  };
  const few = tokensOf(100);
  expect(few).toBeGreaterThan(500);
  expect(Math.abs(tokensOf(1000) - 10 * few)).toBeLessThan(few / 10);
});

test('the provider’s name of the model is heard once', () => {
  const meter = new AnswerMeter({ seeksModel: true });
  meter.heard('data: {}');
  meter.heard('data: {"model": "gpt-4o"}');
  meter.heard('data: {"model": "other"}');
  expect(meter.model).toBe('gpt-4o');
  const deaf = new AnswerMeter({});
  deaf.heard('{"model":"gpt-4o"}');
  expect(deaf.model).toBeUndefined();
});

import { findNamedPrices } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { isChargedByAnswer, readAnswerModel } from './answer-model.ts';

test('a whole answer’s name for its model is the one that nothing but the answer is around', () => {
  expect(readAnswerModel('{"id":"a","model":"gpt-4o","choices":[{"arguments":{"model":"other"}}]}')).toBe('gpt-4o');
  // Gemini says it last, and the arguments of its calls are JSON.
  const called = '{"candidates":[{"args":{"model":"a car"},"n":["\\"}]"]}],"modelVersion": "gemini-2.5-pro"}';
  expect(readAnswerModel(called)).toBe('gemini-2.5-pro');
  expect(readAnswerModel('{"output":{"toolUse":{"input":{"model":"of a car"}}},"usage":{}}')).toBeUndefined();
  expect(readAnswerModel('{"content":"\\"model\\": \\"said\\""}')).toBeUndefined();
});

test('of a stream, the first one that is named', () => {
  expect(readAnswerModel('event: response.created\ndata: {"response":{"id":"r","model":"gpt-5"}}\n\n')).toBe('gpt-5');
  expect(readAnswerModel('data: {"choices":[]}\n\n')).toBeUndefined();
});

test('it counts where the dialect takes it for a name, unless the row says what its calls cost', () => {
  const prices = findNamedPrices('openai', 'gpt-4o')?.prices;
  if (prices === undefined) throw new Error('no price');
  const rows = [
    deployment({ prices }),
    deployment({ prices, pricesFrom: 'row' }),
    deployment({ prices, pricesFrom: 'base-model' }),
    deployment(),
  ];
  const asked = (namesModel: 'whole' | 'always' | undefined, stream: boolean): readonly boolean[] =>
    rows.map((row) => isChargedByAnswer(row, namesModel === undefined ? {} : { namesModel }, stream));
  expect(asked('always', true)).toStrictEqual([true, false, false, true]);
  expect(asked('whole', false)).toStrictEqual([true, false, false, true]);
  expect(asked('whole', true)).toStrictEqual([false, false, false, true]);
  expect(asked(undefined, false)).toStrictEqual([false, false, false, true]);
});

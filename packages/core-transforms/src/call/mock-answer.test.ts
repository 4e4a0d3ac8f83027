import { expect, test } from 'vitest';
import { makePlan } from '../../test/make-plan.ts';
import { mockAnswer } from './mock-answer.ts';

const ambient = { callId: 'c', nowSeconds: 7 };

test('a text is the answer of every choice, with the usage that the reference makes up', () => {
  const answer: unknown = JSON.parse(mockAnswer({ response: 'pong' }, { n: 2 }, makePlan('openai/gpt-4o', { stream: false }), ambient));
  expect(answer).toMatchObject({
    id: 'chatcmpl-c',
    created: 7,
    choices: [0, 1].map((index) => ({ index, finish_reason: 'stop', message: { role: 'assistant', content: 'pong' } })),
    usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
  });
});

test('a stream comes in pieces of three characters, none of them cut in two', () => {
  const text = mockAnswer({ response: 'ab😀cd' }, {}, makePlan('openai/gpt-4o', { stream: true }), ambient);
  const said = [...text.matchAll(/"content":"([^"]*)"/gu)].map(([, piece]) => piece);
  expect(said).toStrictEqual(['ab😀', 'cd']);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('members of an answer stand as they are; in a stream their text does', () => {
  const response = { id: 'own', choices: [{ index: 0, message: { role: 'assistant', content: 'mine' } }] };
  expect(JSON.parse(mockAnswer({ response }, {}, makePlan('openai/gpt-4o', { stream: false }), ambient))).toMatchObject(response);
  expect(mockAnswer({ response }, {}, makePlan('openai/gpt-4o', { stream: true }), ambient)).toContain('"content":"min"');
});

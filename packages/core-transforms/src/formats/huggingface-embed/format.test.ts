import { describe, expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';
import type { JsonObject } from '../../contract/json.ts';

const PLAN = embeddingsPlan('huggingface/a/m');

describe('request', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['a/m', { input: 'a', input_type: 'feature-extraction' }, { inputs: 'a' }],
    ['a/m', { input: ['a', 'b', 'c'], input_type: 'similarity' }, { inputs: { source_sentence: 'a', sentences: ['b', 'c'] } }],
    ['sentence-transformers/m', { input: ['a', 'b'], input_type: 'embed' }, { inputs: { source_sentence: 'a', sentences: ['b'] } }],
    ['a/m', { input: ['q', 'b'], input_type: 'rerank' }, { inputs: { query: 'q', texts: ['b'] } }],
    [
      'a/m',
      { input: 'a', input_type: 'embed', use_cache: false, top_k: 1, normalize: true },
      { inputs: 'a', options: { use_cache: false }, parameters: { top_k: 1 }, normalize: true },
    ],
  ])('%s %j', (model, client, body) => {
    expect(sentOf(embeddingsPlan(`huggingface/${model}`), client)).toHaveProperty('body', body);
  });

  test('the base of a deployment is the whole address', () => {
    const client = { input: 'a', input_type: 'embed' };
    expect(sentOf(PLAN, client)).toMatchObject({ url: 'https://router.huggingface.co/hf-inference/pipeline/embed/a/m' });
    expect(sentOf(embeddingsPlan('huggingface/m', { apiBase: 'http://h/x' }), client)).toMatchObject({ url: 'http://h/x' });
  });

  test('without a task there is no call, with one text no comparison', () => {
    expect(sentOf(PLAN, { input: 'a' })).toMatchObject({ kind: 'declined', path: 'input_type' });
    expect(sentOf(PLAN, { input: 'a', input_type: 'similarity' })).toMatchObject({ kind: 'bad-request' });
  });
});

describe('response', () => {
  test.each([
    [[[1, 2]], [1, 2]],
    [
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [1, 2],
    ],
    [[0.5], 0.5],
    [{ similarities: [0.5] }, 0.5],
  ])('%j', (answer, embedding) => {
    expect(answeredOf(PLAN, answer)).toMatchObject({ data: [{ object: 'embedding', index: 0, embedding }], usage: { prompt_tokens: 4 } });
  });

  test('an error in place of an answer is one', () => {
    expect(answeredOf(PLAN, { error: 'loading' })).toMatchObject({ kind: 'upstream-refused', status: 500, message: 'loading' });
    expect(answeredOf(PLAN, {})).toMatchObject({ kind: 'bad-upstream' });
  });
});

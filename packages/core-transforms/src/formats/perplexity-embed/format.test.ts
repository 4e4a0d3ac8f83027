import { expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';

/** Expected values are what LiteLLM 1.106.2 makes of the same. */

test.each([
  [undefined, 'https://api.perplexity.ai/v1/embeddings'],
  ['http://h', 'http://h/v1/embeddings'],
  ['http://h/v1/embeddings', 'http://h/v1/embeddings'],
])('a base of %s', (apiBase, url) => {
  const sent = sentOf(embeddingsPlan('perplexity/pplx-embed-v1-4b', { apiBase }), {
    input: ['a'],
    dimensions: 3,
    own: 1,
  });
  expect(sent).toMatchObject({
    url,
    body: { model: 'pplx-embed-v1-4b', input: ['a'], dimensions: 3, own: 1 },
  });
});

test('who it is for is not its to know, nor tokens', () => {
  const plan = embeddingsPlan('perplexity/m');
  expect(sentOf(plan, { input: 'a', user: 'u' })).toMatchObject({
    kind: 'unsupported-params',
    params: ['user'],
  });
  expect(sentOf(plan, { input: [[1, 2]] })).toMatchObject({ kind: 'declined', path: 'input' });
});

test('signed bytes become numbers; what are numbers stays', () => {
  const plan = embeddingsPlan('perplexity/m');
  const usage = { prompt_tokens: 2, total_tokens: 3, cost: { x: 1 } };
  expect(
    answeredOf(plan, {
      data: [{ object: 'embedding', index: 0, embedding: 'fwCBgH4=' }],
      model: 'pm',
      usage,
    }),
  ).toStrictEqual({
    model: 'group',
    data: [
      {
        object: 'embedding',
        index: 0,
        embedding: [1, 0, -1, -1.007_874_015_748_031_5, 0.992_125_984_251_968_5],
      },
    ],
    object: 'list',
    usage: { completion_tokens: 0, prompt_tokens: 2, total_tokens: 3 },
  });
  expect(answeredOf(plan, { data: [{ embedding: [0.5], index: 1 }], usage: { total_tokens: 4 } })).toMatchObject({
    data: [{ embedding: [0.5], index: 1 }],
    usage: { prompt_tokens: 4, total_tokens: 4 },
  });
});

test.each([[{ data: [{ embedding: '%' }] }], [{ data: [1] }], [{ data: [{}] }], [{}], ['x']])('%j cannot be used', (answer) => {
  expect(answeredOf(embeddingsPlan('perplexity/m'), answer)).toMatchObject({
    kind: 'bad-upstream',
  });
});

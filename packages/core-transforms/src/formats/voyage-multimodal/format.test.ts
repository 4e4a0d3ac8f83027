import { expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';

/** Expected values are what LiteLLM 1.106.2 makes of the same. */

const MODEL = 'voyage/voyage-multimodal-3.5';

test('a text, and parts as chat has them', () => {
  const text = { type: 'text', text: 'x' };
  const base64 = { type: 'image_base64', image_base64: 'Q' };
  const images = [
    { type: 'image_url', image_url: { url: 'https://i.test/a.png' } },
    { type: 'image_url', image_url: 'data:image/png;base64,AAA,B' },
  ];
  const input = ['t', { content: [text, ...images, base64], k: 1 }, { content: null }, { k: 2 }];
  const made = [
    { type: 'image_url', image_url: 'https://i.test/a.png' },
    { type: 'image_base64', image_base64: 'AAA,B' },
  ];
  const sent = sentOf(embeddingsPlan(MODEL), { input, dimensions: 3, input_type: 'query' });
  expect(sent).toMatchObject({ url: 'https://api.voyageai.com/v1/multimodalembeddings' });
  expect(sent).toHaveProperty('body', {
    inputs: [{ content: [{ type: 'text', text: 't' }] }, { content: [text, ...made, base64], k: 1 }, { content: [] }, { k: 2 }],
    model: 'voyage-multimodal-3.5',
    output_dimension: 3,
    input_type: 'query',
  });
  expect(sentOf(embeddingsPlan(MODEL, { apiBase: 'http://h' }), { input: 't' })).toMatchObject({
    url: 'http://h/multimodalembeddings',
    body: { inputs: [{ content: [{ type: 'text', text: 't' }] }] },
  });
});

test('an image that is nowhere, an encoding, tokens', () => {
  const plan = embeddingsPlan(MODEL);
  expect(sentOf(plan, { input: [{ content: [{ type: 'image_url', image_url: {} }] }] })).toMatchObject({ kind: 'bad-request' });
  expect(sentOf(plan, { input: 'a', encoding_format: 'float' })).toMatchObject({
    kind: 'unsupported-params',
    params: ['encoding_format'],
  });
  expect(sentOf(plan, { input: [[1]] })).toMatchObject({ kind: 'declined' });
});

test('an answer has OpenAI’s shape, and counts all its tokens as the prompt', () => {
  const data = [{ object: 'embedding', embedding: [1], index: 0 }];
  const usage = { text_tokens: 1, image_pixels: 2, total_tokens: 9 };
  expect(answeredOf(embeddingsPlan(MODEL), { object: 'list', data, model: 'vm', usage })).toStrictEqual({
    model: 'group',
    data,
    object: 'list',
    usage: { completion_tokens: 0, prompt_tokens: 9, total_tokens: 9 },
  });
  expect(answeredOf(embeddingsPlan(MODEL), { detail: 'no' })).toMatchObject({
    kind: 'bad-upstream',
  });
});

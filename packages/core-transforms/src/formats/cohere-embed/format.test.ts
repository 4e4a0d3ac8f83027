import { describe, expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';
import type { JsonObject } from '../../contract/json.ts';

const PLAN = embeddingsPlan('cohere/embed-v4.0');
const IMAGE = 'data:image/png;base64,aGk=';

describe('request', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ input: 'a' }, { texts: ['a'], input_type: 'search_document' }],
    [
      { input: ['a'], input_type: 'clustering', truncate: 'END' },
      { texts: ['a'], input_type: 'clustering', truncate: 'END' },
    ],
    [{ input: IMAGE }, { images: [IMAGE], input_type: 'image' }],
    [
      { input: ['a'], dimensions: 2, encoding_format: 'int8', extra_body: { max_tokens: 9 } },
      { texts: ['a'], input_type: 'search_document', embedding_types: ['int8'], output_dimension: 2, max_tokens: 9 },
    ],
  ])('%j', (body, expected) => {
    expect(sentOf(PLAN, body)).toMatchObject({ url: 'https://api.cohere.com/v2/embed' });
    expect(sentOf(PLAN, body)).toHaveProperty('body', { model: 'embed-v4.0', ...expected });
  });

  test('what is no text is refused', () => {
    expect(sentOf(PLAN, { input: [1, 2] })).toMatchObject({ kind: 'bad-request' });
  });
});

describe('response', () => {
  test('each type has its own list, and what is billed is the usage', () => {
    expect(
      answeredOf(PLAN, { embeddings: { float: [[0.5]], int8: [[1]] }, meta: { billed_units: { input_tokens: 4, images: 2 } } }),
    ).toStrictEqual({
      model: 'group',
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5] },
        { object: 'embedding', index: 0, embedding: [1] },
      ],
      usage: { completion_tokens: 0, prompt_tokens: 6, total_tokens: 6, prompt_tokens_details: { text_tokens: 4, image_tokens: 2 } },
    });
  });

  test('where nothing is billed, the texts are estimated', () => {
    expect(answeredOf(PLAN, { embeddings: [[1]] })).toMatchObject({ usage: { prompt_tokens: 4, total_tokens: 4 } });
  });

  test('an answer without vectors cannot be used', () => {
    expect(answeredOf(PLAN, { id: 'x' })).toMatchObject({ kind: 'bad-upstream' });
  });
});

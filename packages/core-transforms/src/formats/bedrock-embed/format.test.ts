import { describe, expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';

const REGION = { settings: { options: { aws_region_name: 'us-east-1' } } };
const TITAN = embeddingsPlan('bedrock/amazon.titan-embed-text-v2:0', REGION);
const FIRST = embeddingsPlan('bedrock/amazon.titan-embed-text-v1', REGION);
const IMAGE = embeddingsPlan('bedrock/us.amazon.titan-embed-image-v1', REGION);
const COHERE = embeddingsPlan('bedrock/cohere.embed-english-v3', REGION);

const PICTURE = 'data:image/png;base64,aGk=';

describe('request', () => {
  test.each<[typeof TITAN, JsonObject, JsonObject]>([
    [TITAN, { input: ['a'], dimensions: 8, normalize: false, model_id: 'arn' }, { inputText: 'a', dimensions: 8, normalize: false }],
    [TITAN, { input: 'a', encoding_format: 'base64' }, { inputText: 'a', embeddingTypes: ['binary'] }],
    [TITAN, { input: 'a', encoding_format: 'float' }, { inputText: 'a', embeddingTypes: ['float'] }],
    [FIRST, { input: 'a', input_type: 'x' }, { inputText: 'a' }],
    [IMAGE, { input: PICTURE, dimensions: 8 }, { inputImage: 'aGk=', embeddingConfig: { outputEmbeddingLength: 8 } }],
    [COHERE, { input: 'a', foo: 1 }, { texts: ['a'], input_type: 'search_document' }],
    [
      COHERE,
      { input: ['a'], encoding_format: 'base64', dimensions: 8, truncate: 'END' },
      { texts: ['a'], input_type: 'search_document', embedding_types: ['float'], output_dimension: 8, truncate: 'END' },
    ],
  ])('$model %j', (plan, client, body) => {
    expect(sentOf(plan, client)).toHaveProperty('body', body);
  });

  test('an empty list asks for nothing', () => {
    expect(sentOf(TITAN, { input: [] })).toMatchObject({ kind: 'bad-request' });
  });

  test('goes to the model in its region, to be signed', () => {
    expect(sentOf(TITAN, { input: 'a' })).toMatchObject({
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-embed-text-v2%3A0/invoke',
      auth: { kind: 'aws-sigv4', service: 'bedrock', region: 'us-east-1' },
    });
  });

  test('what a model does not take is refused, and models of other shapes are declined', () => {
    expect(sentOf(FIRST, { input: 'a', dimensions: 8 })).toMatchObject({ kind: 'unsupported-params', params: ['dimensions'] });
    expect(sentOf(TITAN, { input: ['a', 'b'] })).toMatchObject({ kind: 'bad-request' });
    for (const name of ['amazon.nova-2-multimodal-embeddings-v1:0', 'twelvelabs.marengo-embed-2-7-v1:0', 'anthropic.claude-v2'])
      expect(chooseTransform(embeddingsPlan(`bedrock/${name}`))).toMatchObject({ ok: false, error: { kind: 'declined' } });
  });
});

describe('response', () => {
  test.each<[JsonObject, readonly number[]]>([
    [{ embedding: [1], inputTextTokenCount: 2 }, [1]],
    [{ embedding: [1], embeddingsByType: { float: [2] }, inputTextTokenCount: 2 }, [2]],
    [{ embeddingsByType: { binary: [0], float: [2] }, inputTextTokenCount: 2 }, [0]],
  ])('%j', (answer, embedding) => {
    expect(answeredOf(TITAN, answer)).toMatchObject({ data: [{ object: 'embedding', index: 0, embedding }], usage: { prompt_tokens: 2 } });
  });

  test('pictures are counted, and what is no answer cannot be used', () => {
    const answer = { embedding: [1], inputTextTokenCount: 0 };
    expect(answeredOf(IMAGE, answer, { input: [PICTURE] })).toMatchObject({ usage: { prompt_tokens_details: { image_count: 1 } } });
    expect(answeredOf(TITAN, {})).toMatchObject({ kind: 'bad-upstream' });
    expect(answeredOf(TITAN, [])).toMatchObject({ kind: 'bad-upstream' });
    expect(answeredOf(COHERE, { embeddings: [[1], [2]] })).toMatchObject({ data: [{ index: 0 }, { index: 1, embedding: [2] }] });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';

const STUDIO = embeddingsPlan('gemini/gemini-embedding-001');
const CLOUD = embeddingsPlan('vertex_ai/text-embedding-005', { settings: { options: { vertex_project: 'p', vertex_location: 'eu-x' } } });
const TUNED = embeddingsPlan('vertex_ai/123', { settings: { options: { vertex_project: 'p' } } });
const ONE = embeddingsPlan('vertex_ai/gemini-embedding-2');

describe('AI Studio', () => {
  test('each input is embedded by itself, those of an inner list as one', () => {
    const client = { input: ['a', ['b', 'data:image/png;base64,aGk='], 'gs://x/y.pdf'], dimensions: 2, input_type: 'CLUSTERING', foo: 1 };
    const members = { model: 'models/gemini-embedding-001', outputDimensionality: 2, taskType: 'CLUSTERING' };
    const requests = [
      [{ text: 'a' }],
      [{ text: 'b' }, { inline_data: { mime_type: 'image/png', data: 'aGk=' } }],
      [{ file_data: { mime_type: 'application/pdf', file_uri: 'gs://x/y.pdf' } }],
    ].map((parts) => ({ ...members, content: { parts } }));
    const url = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents';
    expect(sentOf(STUDIO, client)).toMatchObject({ url });
    expect(sentOf(STUDIO, client)).toHaveProperty('body', { requests });
  });

  test.each<[JsonObject, string]>([
    [{ input: [1] }, 'bad-request'],
    [{ input: 'data:text/css;base64,aGk=' }, 'bad-request'],
    [{ input: 'gs://x/y' }, 'bad-request'],
    [{ input: 'files/abc' }, 'declined'],
    [{ input: [{ type: 'file', file: {} }] }, 'declined'],
    [{ input: 'a', encoding_format: 'base64' }, 'unsupported-params'],
  ])('%j is %s', (client, kind) => {
    expect(sentOf(STUDIO, client)).toMatchObject({ kind });
  });

  test('numbers may be asked for, and nothing is said of it', () => {
    expect(sentOf(STUDIO, { input: 'a', encoding_format: 'float' })).not.toHaveProperty('body.requests.0.encoding_format');
  });

  test('what is not counted is estimated', () => {
    expect(answeredOf(STUDIO, { embeddings: [{ values: [1] }] })).toMatchObject({
      data: [{ object: 'embedding', index: 0, embedding: [1] }],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    expect(answeredOf(STUDIO, {})).toMatchObject({ kind: 'bad-upstream' });
  });
});

describe('the cloud', () => {
  test('what holds for all texts stands beside each of them too', () => {
    const client = { input: ['a', 'b'], dimensions: 2, task_type: 'T', title: 't', auto_truncate: false, metadata: { team: 'x', n: 1 } };
    const beside = { task_type: 'T', title: 't' };
    expect(sentOf(CLOUD, client)).toMatchObject({
      url: 'https://eu-x-aiplatform.googleapis.com/v1/projects/p/locations/eu-x/publishers/google/models/text-embedding-005:predict',
    });
    expect(sentOf(CLOUD, client)).toHaveProperty('body', {
      instances: [
        { content: 'a', ...beside },
        { content: 'b', ...beside },
      ],
      parameters: { outputDimensionality: 2, ...beside, auto_truncate: false },
      labels: { team: 'x' },
    });
  });

  test('what is no text goes out as it came, to be judged by the model', () => {
    expect(sentOf(CLOUD, { input: [1, 2] })).toHaveProperty('body.instances', [{ content: 1 }, { content: 2 }]);
  });

  test('a tuned model has an endpoint, other members and no count', () => {
    expect(sentOf(TUNED, { input: 'a' })).toMatchObject({ body: { instances: [{ inputs: 'a' }] } });
    expect(sentOf(TUNED, { input: 'a' })).toMatchObject({ url: expect.stringMatching(/\/endpoints\/123:predict$/u) });
    expect(answeredOf(TUNED, { predictions: [[[1, 2]]] })).toMatchObject({ data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 4 } });
  });

  test.each([
    ['bge/123', 'endpoints/123'],
    ['bge/bge-small', 'publishers/google/models/bge-small'],
    ['bge-small-en-v1.5', 'publishers/google/models/bge-small-en-v1.5'],
  ])('BAAI’s models take prompts, give bare vectors and count nothing: %s', (model, place) => {
    const plan = embeddingsPlan(`vertex_ai/${model}`, { settings: { options: { vertex_project: 'p' } } });
    const sent = sentOf(plan, { input: 'a', task_type: 'T', title: 't', dimensions: 3 });
    expect(sent).toMatchObject({ url: expect.stringContaining(`/v1/projects/p/locations/us-central1/${place}:predict`) });
    const beside = { task_type: 'T', title: 't' };
    expect(sent).toHaveProperty('body', { instances: [{ prompt: 'a', ...beside }], parameters: { ...beside, outputDimensionality: 3 } });
    const usage = { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 };
    expect(answeredOf(plan, { predictions: [[1, 2]] })).toMatchObject({ data: [{ embedding: [1, 2] }], usage });
    expect(answeredOf(plan, { predictions: [1] })).toMatchObject({ kind: 'bad-upstream' });
  });

  test('counts are added up', () => {
    const prediction = { embeddings: { values: [1], statistics: { token_count: 2 } } };
    expect(answeredOf(CLOUD, { predictions: [prediction, prediction], metadata: { billableCharacterCount: 9 } })).toMatchObject({
      usage: { prompt_tokens: 4, total_tokens: 4, prompt_tokens_details: { character_count: 9 } },
    });
    expect(answeredOf(CLOUD, { predictions: 1 })).toMatchObject({ kind: 'bad-upstream' });
  });

  test('the newest models embed all inputs as one', () => {
    expect(sentOf(ONE, { input: ['a', 'b'] })).toMatchObject({ url: expect.stringMatching(/gemini-embedding-2:embedContent$/u) });
    expect(sentOf(ONE, { input: ['a', 'b'] })).toHaveProperty('body', { content: { parts: [{ text: 'a' }, { text: 'b' }] } });
    expect(sentOf(ONE, { input: [['a']] })).toMatchObject({ kind: 'bad-request' });
    const answer = { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 3 } };
    expect(answeredOf(ONE, answer)).toMatchObject({ data: [{ embedding: [1] }], usage: { prompt_tokens: 3 } });
  });

  test('models of images have another API', () => {
    expect(chooseTransform(embeddingsPlan('vertex_ai/multimodalembedding@001'))).toMatchObject({ ok: false, error: { kind: 'declined' } });
  });
});

test('nothing throws, whatever a client or a provider says', () => {
  const names = [
    'cohere/m',
    'gemini/m',
    'vertex_ai/text-embedding-005',
    'vertex_ai/1',
    'ollama/m',
    'huggingface/m',
    'watsonx/m',
    'perplexity/m',
    'voyage/multimodal',
    'vertex_ai/bge',
  ];
  const plans = names.map((name) => embeddingsPlan(name, { apiBase: 'http://h' }));
  const clients = fc.record({ input: fc.jsonValue(), input_type: fc.constantFrom('embed', 'rerank', 'x'), dimensions: fc.jsonValue() });
  const vectors = fc.dictionary(fc.constantFrom('embeddings', 'predictions', 'results', 'similarities', 'meta'), fc.jsonValue());
  fc.assert(
    fc.property(fc.constantFrom(...plans), clients, fc.oneof(vectors, fc.jsonValue()), (plan, client, answer) => {
      const body: JsonObject = JSON.parse(JSON.stringify(client));
      sentOf(plan, body);
      answeredOf(plan, answer, body);
    }),
  );
});

import { expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';

test.each([
  ['watsonx/ibm/slate', { project_id: 'p' }, '/ml/v1/text/embeddings', { model_id: 'ibm/slate', project_id: 'p' }],
  ['watsonx/ibm/slate', { space_id: 's' }, '/ml/v1/text/embeddings', { model_id: 'ibm/slate', space_id: 's' }],
  ['watsonx/deployment/d', { project_id: 'p' }, '/ml/v1/deployments/d/text/embeddings', {}],
])('%s with %j', (name, options, path, project) => {
  const plan = embeddingsPlan(name, { apiBase: 'http://h', settings: { options } });
  const sent = sentOf(plan, { input: 'a', truncate_input_tokens: 3 });
  expect(sent).toMatchObject({ url: `http://h${path}?version=2024-03-13` });
  expect(sent).toHaveProperty('body', { inputs: ['a'], parameters: { truncate_input_tokens: 3 }, ...project });
});

test('an answer is its results and their count', () => {
  const plan = embeddingsPlan('watsonx/m', { apiBase: 'http://h' });
  expect(answeredOf(plan, { results: [{ embedding: [1] }], input_token_count: 2 })).toStrictEqual({
    model: 'group',
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [1] }],
    usage: { completion_tokens: 0, prompt_tokens: 2, total_tokens: 2 },
  });
  expect(answeredOf(plan, { results: 1 })).toMatchObject({ kind: 'bad-upstream' });
  expect(sentOf(embeddingsPlan('watsonx/m'), { input: 'a' })).toMatchObject({ kind: 'declined', path: 'api_base' });
});

import { expect, test } from 'vitest';
import { answeredOf, embeddingsPlan, sentOf } from '../../../test/play-embeddings.ts';

const PLAN = embeddingsPlan('ollama/m');

test('what Ollama does not know by name is an option of the model', () => {
  const client = { input: 'a', dimensions: 2, keep_alive: '5m', options: { seed: 1 }, num_ctx: 8 };
  const body = { model: 'm', input: ['a'], dimensions: 2, keep_alive: '5m', options: { seed: 1, num_ctx: 8 } };
  expect(sentOf(PLAN, client)).toMatchObject({ url: 'http://localhost:11434/api/embed', body });
  expect(sentOf(PLAN, { input: 'a' })).toHaveProperty('body', { model: 'm', input: ['a'] });
  expect(sentOf(PLAN, { input: [1] })).toMatchObject({ kind: 'bad-request' });
  expect(sentOf(PLAN, { input: 'a', user: 'u' })).toMatchObject({ kind: 'unsupported-params', params: ['user'] });
});

test('its count is the usage; without one the texts are estimated', () => {
  const data = [{ object: 'embedding', index: 0, embedding: [1] }];
  expect(answeredOf(PLAN, { embeddings: [[1]], prompt_eval_count: 7 })).toMatchObject({ data, usage: { prompt_tokens: 7 } });
  expect(answeredOf(PLAN, { embeddings: [[1]] })).toMatchObject({ data, usage: { prompt_tokens: 4 } });
  expect(answeredOf(PLAN, {})).toMatchObject({ kind: 'bad-upstream' });
});

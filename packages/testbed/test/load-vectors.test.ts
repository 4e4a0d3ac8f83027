import { expect, test } from 'vitest';
import { loadDeployments, loadVectors } from '../src/index.ts';

test('reads every case of the recording once', () => {
  const vectors = loadVectors();
  expect(vectors.length).toBe(3918);
  expect(new Set(vectors.map(({ vector }) => vector.id)).size).toBe(3918);
});

test('a filter matches route directory, provider and id', () => {
  const paths = loadVectors(undefined, 'ocr/mistral/*').map(({ path }) => path);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.every((path) => path.startsWith('ocr/mistral/'))).toBe(true);
});

test('cases are frozen to their leaves', () => {
  const [loaded] = loadVectors(undefined, 'ocr/mistral/*');
  expect(Object.isFrozen(loaded?.vector)).toBe(true);
  expect(Object.isFrozen(loaded?.vector.client_response?.headers)).toBe(true);
});

test('every case names a deployment of the recording', () => {
  const names = new Set(loadDeployments()?.map((deployment) => deployment.model_name));
  const strangers = loadVectors().filter(({ vector }) => vector.litellm_params !== null && !names.has(vector.model ?? ''));
  expect(strangers).toEqual([]);
});

test('a directory without deployments has none', () => {
  expect(loadDeployments(import.meta.dirname)).toBeUndefined();
});

import { loadVectors } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import type { RequestRecord } from '../src/compare/records.ts';
import { judge } from '../src/vectors/judge.ts';
import { toExpectation } from '../src/vectors/expectation.ts';
import { skipReason } from '../src/vectors/scope.ts';

const BUILT = loadVectors().filter(({ path, vector }) => skipReason(path.split('/')[0] ?? '', vector.provider) === undefined);

test('the record passes against itself, but for words that the reference quotes twice', () => {
  const failing = BUILT.filter(({ vector }) => {
    const expectation = toExpectation(vector);
    if (expectation.own !== undefined) return false;
    const { answer } = expectation;
    const requests = expectation.requests.map(withoutSecondKey);
    const { differences } = judge(expectation, { requests, answer, thrown: undefined });
    return differences.some(({ path }) => !path.endsWith('.error.message'));
  });
  expect(failing.map(({ path }) => path)).toEqual([]);
});

/** The reference sends a Vertex token in `x-api-key` too, which the rules forbid: the one thing that fails against itself. */
function withoutSecondKey(request: RequestRecord): RequestRecord {
  if (request.headers['authorization'] === undefined) return request;
  const { 'x-api-key': _second, ...headers } = request.headers;
  return { ...request, headers };
}

test('a thrown error, a missing answer and a request too many fail', () => {
  const vector = BUILT.find((loaded) => loaded.vector.provider_request !== null && loaded.vector.tags.length === 0)?.vector;
  if (vector === undefined) throw new Error('no plain vector');
  const expectation = toExpectation(vector);
  const { requests, answer } = expectation;
  const paths = (observed: Partial<Parameters<typeof judge>[1]>): readonly string[] =>
    judge(expectation, { requests, answer, thrown: undefined, ...observed }).differences.map(({ path }) => path);
  expect(paths({})).toEqual([]);
  expect(paths({ thrown: 'a bug' })).toEqual(['thrown']);
  expect(paths({ answer: undefined })).toEqual(['answer']);
  expect(paths({ requests: [...requests, ...requests] })).toEqual(['request']);
  expect(paths({ requests: [] })).toEqual(['request']);
});

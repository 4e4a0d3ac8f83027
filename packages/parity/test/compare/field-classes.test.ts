import type { JsonValue } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { compileClasses } from '../../src/compare/field-classes.ts';

const { inOrder } = compileClasses([{ path: 'answer.body.data', kind: 'order-free', why: 'a set' }]);

test.each<[string, JsonValue[], boolean]>([
  [
    'a listing of models is a set',
    [
      { id: 'b', object: 'model' },
      { id: 'a', object: 'model' },
    ],
    true,
  ],
  [
    'embeddings have an order',
    [
      { object: 'embedding', index: 1, embedding: [2] },
      { object: 'embedding', index: 0, embedding: [1] },
    ],
    false,
  ],
])('%s', (_name, data, isSet) => {
  const body = { object: 'list', data };
  expect(inOrder(body)).toEqual(isSet ? { ...body, data: data.toReversed() } : body);
});

import { expect, test } from 'vitest';

import { findForbiddenMember } from './find-forbidden-member.ts';

const NAMES = new Set(['api_base', 'api_key']);

test.each([
  [{ model: 'm', messages: [{ content: 'api_key' }] }, undefined],
  [{ api_base: null }, 'api_base'],
  [{ metadata: { items: [1, { deep: [{ api_key: 'x' }] }] } }, 'metadata.items[1].deep[0].api_key'],
  [[[], [{ api_key: 1 }]], '[1][0].api_key'],
  ['api_key', undefined],
  [null, undefined],
])('in %j finds %s', (value, path) => {
  expect(findForbiddenMember(value, NAMES)).toBe(path);
});

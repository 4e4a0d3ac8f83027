import { toRawObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import type { RateLimit } from '../ports/index.ts';
import { reserveTokens } from './reserve-tokens.ts';

const LIMITS = [{ tokens: 100 }] as unknown as readonly RateLimit[];

test.each([
  ['a text', 'x'.repeat(40), 10],
  ['a list of texts', ['x'.repeat(20), 'x'.repeat(24)], 11],
  ['nothing', '', 1],
])('embeddings take their input alone, and the body stays as it is: %s', (_name, input, tokens) => {
  const body = toRawObject({ model: 'm', input });
  expect(reserveTokens(LIMITS, 'openai-embeddings', body)).toStrictEqual({ tokens, body });
  expect(reserveTokens(LIMITS, 'openai-responses', body).tokens).toBeGreaterThan(tokens - 1);
});

import { expect, test } from 'vitest';
import type { DialectId } from '@stagegate/core-transforms';
import type { EngineError } from './engine-error.ts';
import { errorCost } from './error-cost.ts';

const unknownModel: EngineError = { kind: 'unknown-model', route: '/chat/completions', model: 'nobody' };
const missing: EngineError = { kind: 'missing-member', route: '/chat/completions', name: 'messages' };

test.each<readonly [EngineError, DialectId, string | undefined]>([
  [unknownModel, 'openai-chat', '0'],
  [unknownModel, 'anthropic-messages', '0'],
  [unknownModel, 'openai-completions', undefined],
  [missing, 'openai-chat', '0'],
  [missing, 'anthropic-messages', undefined],
  [{ kind: 'rates-unknown' }, 'openai-responses', '0'],
  [{ kind: 'no-key' }, 'openai-chat', undefined],
  [{ kind: 'budget-exceeded', message: 'spent' }, 'openai-chat', undefined],
  [{ kind: 'internal' }, 'openai-chat', undefined],
])('%o on %s says %s', (error, dialect, said) => {
  expect(errorCost(error, dialect)).toBe(said);
});

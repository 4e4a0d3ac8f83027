import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatIssue, parseConfig } from './index.ts';

test("the documented example is LiteLLM's own order, and loads as it stands", () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/migration.example.yaml'), 'utf8');
  const outcome = parseConfig(text, { env: {} });
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  expect(outcome.warnings).toStrictEqual([]);
  const { rules } = outcome.config.migration;
  expect([...new Set(rules.map(({ match }) => match.route))]).toStrictEqual(['/v1/ocr', '/v1/messages', '/v1/chat/completions']);
  expect(
    rules.every(({ match, lane, candidate }) => match.provider !== undefined && lane === 'reference' && candidate?.mode === 'off'),
  ).toBe(true);
});

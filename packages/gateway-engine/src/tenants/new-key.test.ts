import { loadRecorded } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { hashKey } from '../auth/index.ts';
import { nameKey } from '../text/index.ts';
import { makeKey, newKeyRow, parseDuration, type KeyFields } from './index.ts';

interface Recorded {
  readonly key: string;
  readonly tokens: readonly { readonly key: string; readonly keyName: string }[];
  readonly created: readonly { readonly asked: Readonly<Record<string, never>>; readonly row: Readonly<Record<string, unknown>> }[];
}

const { key, tokens, created } = loadRecorded('auth') as unknown as Recorded;

/** Members of the reference's function that are no columns: it keeps them in the metadata. */
const IN_METADATA = ['model_rpm_limit', 'model_tpm_limit', 'guardrails'];

test.each(created)('the row of a key with $asked', ({ asked, row }) => {
  const { key_max_budget: maxBudget, metadata = {}, ...columns } = asked;
  const limits = Object.fromEntries(Object.entries(columns).filter(([name, value]) => IN_METADATA.includes(name) && value !== null));
  const fields: KeyFields = Object.fromEntries(Object.entries(columns).filter(([name]) => !IN_METADATA.includes(name)));
  const whole = { ...fields, metadata: { ...metadata, ...limits }, ...(maxBudget !== undefined && { max_budget: maxBudget }) };
  expect(newKeyRow(whole, { key, nowMs: 0 })).toStrictEqual({ ...row, token: hashKey(key) });
});

test.each(tokens)('the name of $key', ({ key: token, keyName }) => expect(nameKey(token)).toBe(keyName));

test('a budget that starts anew says when', () => {
  const duration = parseDuration('1d');
  if (duration === undefined) throw new Error('1d');
  const row = newKeyRow(
    { max_budget: 1 },
    { key, nowMs: Date.UTC(2026, 0, 31, 12), expiresMs: 5, budgetDuration: { text: '1d', duration } },
  );
  expect(row).toMatchObject({ budget_duration: '1d', budget_reset_at: new Date(Date.UTC(2026, 1, 1)), expires: new Date(5) });
});

test('keys are long, and never the same', () => {
  const keys = new Set(Array.from({ length: 1000 }, makeKey));
  expect(keys.size).toBe(1000);
  for (const made of keys) expect(made).toMatch(/^sk-[A-Za-z0-9_-]{22}$/u);
});

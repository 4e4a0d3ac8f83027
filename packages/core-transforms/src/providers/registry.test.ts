import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findProvider, listProviders } from './registry.ts';

const rows = listProviders();
const ids = rows.map((row) => row.id);

test('rows stand sorted by id, each id once', () => {
  expect(ids).toStrictEqual([...new Set(ids)].toSorted((left, right) => (left < right ? -1 : 1)));
});

test('every file in rows/ is registered under its own name', () => {
  const files = readdirSync(new URL('rows/', import.meta.url)).filter((file) => !file.endsWith('.test.ts'));
  expect(files.map((file) => file.slice(0, -3)).toSorted()).toStrictEqual(ids.map((id) => id.replaceAll('_', '-')).toSorted());
});

test.each(rows.map((row) => [row.id, row] as const))('%s says where it comes from and where it lives', (id, row) => {
  expect(findProvider(id)).toBe(row);
  expect(row.source).toMatch(/^https:\/\//u);
  expect(row.date).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
  expect(row.baseUrl ?? 'https://none').toMatch(/^https?:\/\/[^/]+.*[^/]$/u);
  expect(new Set(row.params.allow).size).toBe(row.params.allow.length);
  expect(row.baseUrl !== undefined || row.baseEnv.length > 0 || row.keyOptional === true).toBe(true);
});

test("no provider borrows another's key", () => {
  for (const { id, keyEnv } of rows)
    expect(['openai', 'text-completion-openai'].includes(id) || !keyEnv.includes('OPENAI_API_KEY')).toBe(true);
});

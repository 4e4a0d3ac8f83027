import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findOwner, takeLock } from './lock.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagegate-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function rewrite(change: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
}

test('one process at a time, which is named', () => {
  const unlock = takeLock(file);
  expect(findOwner(file)).toBe(process.pid);
  expect(() => takeLock(file)).toThrow(`in use by process ${process.pid}`);
  unlock();
  expect(readdirSync(folder)).toStrictEqual([]);
  expect(findOwner(file)).toBeUndefined();
  takeLock(file)();
});

test('a lock of a process that is no more is taken over', () => {
  takeLock(file);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  rewrite({ pid });
  takeLock(file);
  expect(findOwner(file)).toBe(process.pid);
  expect(readdirSync(folder)).toStrictEqual(['lock']);
});

test.each([
  ['before the machine was started again', { bootId: 'another' }],
  ['with a process id that was given again', { startTicks: '1' }],
])('a lock from %s is taken over', (_name, change) => {
  takeLock(file);
  rewrite(change);
  takeLock(file);
  expect(findOwner(file)).toBe(process.pid);
});

test.each(['', '{', '{"pid":"x"}', 'null', '[]'])('a lock that nobody wrote whole is taken over: %j', (text) => {
  writeFileSync(file, text);
  takeLock(file);
  expect(findOwner(file)).toBe(process.pid);
});

test('who gives back takes only its own away', () => {
  const unlock = takeLock(file);
  rewrite({ pid: 1 });
  unlock();
  expect(existsSync(file)).toBe(true);
});

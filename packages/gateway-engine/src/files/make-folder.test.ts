import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder, PRIVATE_MODE } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'stagegate-'));
afterAll(() => rmSync(root, { recursive: true }));

test('makes a folder with those above it, for its owner alone, and takes one that is there', () => {
  const folder = join(root, 'a', 'b');
  for (let time = 0; time < 2; time += 1) makeFolder(folder, PRIVATE_MODE);
  expect([join(root, 'a'), folder].map((path) => statSync(path).mode & 0o777)).toStrictEqual([0o700, 0o700]);
});

test('says that a folder cannot stand below a file', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file', 'folder'))).toThrow('ENOTDIR');
});

test('ends where nothing can be made', (context) => {
  if (!existsSync('/proc/self')) return context.skip('this system has no /proc');
  expect(() => makeFolder('/proc/stagegate/data')).toThrow('ENOENT');
});

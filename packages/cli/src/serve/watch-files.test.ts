import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchFiles } from './watch-files.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagegate-watch-'));
  file = join(folder, 'config.yaml');
  writeFileSync(file, 'a');
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const LOOK_MS = 500;

test('a change is told once, when the file is quiet again', () => {
  const onChange = vi.fn<() => void>();
  const end = watchFiles(() => [file], onChange);
  for (const text of ['ab', 'abc', 'abcd']) {
    writeFileSync(file, text);
    vi.advanceTimersByTime(LOOK_MS);
    expect(onChange).not.toHaveBeenCalled();
  }
  vi.advanceTimersByTime(LOOK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10 * LOOK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  end();
  writeFileSync(file, 'z');
  vi.advanceTimersByTime(10 * LOOK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
});

test.each([
  ['a file that is gone', () => unlinkSync(file)],
  [
    'a file that another took the place of',
    () => {
      writeFileSync(join(folder, 'next'), 'a');
      renameSync(join(folder, 'next'), file);
    },
  ],
  [
    'a link that was swapped',
    () => {
      writeFileSync(join(folder, 'target'), 'a');
      unlinkSync(file);
      symlinkSync(join(folder, 'target'), file);
    },
  ],
])('%s is a change', (_name, change) => {
  const onChange = vi.fn<() => void>();
  const end = watchFiles(() => [file], onChange);
  change();
  vi.advanceTimersByTime(2 * LOOK_MS);
  expect(onChange).toHaveBeenCalledTimes(1);
  end();
});

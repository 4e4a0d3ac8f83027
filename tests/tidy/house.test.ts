import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './source-file.ts';

test.each(readdirSync(join(ROOT, 'packages')))('package %s says what it is, how it is entered and how it is tested', (name) => {
  const readme = readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8');
  expect(readme).toMatch(/^# .+\n\n[^]+\n## Doors\n[^]+\n## Tests\n/u);
});

/** Bad samples and the lint rule that finds each. The linter itself runs over everything in `npm test`. */
const LINTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['typescript(no-explicit-any)', 'any.ts', 'export const a = (b: any): unknown => b;\n'],
  ['import(no-default-export)', 'default.ts', 'export default 1;\n'],
  ['eslint(max-lines)', 'long-file.ts', Array.from({ length: 301 }, (_, index) => `export const a${index} = 1;\n`).join('')],
  ['eslint(max-lines-per-function)', 'long-function.ts', `export function a(): number {\n${'  Math.max(1);\n'.repeat(71)}  return 1;\n}\n`],
  ['eslint(no-console)', 'console.ts', 'console.log(1);\n'],
  ['import(no-cycle)', 'cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = (): number => b;\n"],
];

test('the linter finds what the house does not want', () => {
  const folder = mkdtempSync(join(ROOT, 'packages/core-transforms/.tidy-'));
  try {
    for (const [, file, text] of LINTED) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, 'cycle-b.ts'), "import { a } from './cycle-a.ts';\nexport const b: number = a.length;\n");
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), ['-c', join(ROOT, '.oxlintrc.json'), '--format=json', folder], {
      encoding: 'utf8',
    });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { readonly code: string; readonly filename: string }[] };
    for (const [rule, file] of LINTED) {
      expect(
        diagnostics.some(({ code, filename }) => code === rule && filename.endsWith(file)),
        `${rule} in ${file}`,
      ).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Places of one machine or one person; and hosts that only some networks know. The first and the last of a block are nobody's. */
const PLACES =
  /(?:^|[\s"'`(=:])\/(?:home|root|Users|work)\/[\w.-]+|\b10\.(?!0\.0\.0\b|255\.255\.255\b)\d+\.\d+\.\d+\b|https?:\/\/[\w.-]+\.(?:internal|corp|local)\b/u;

test('no tracked file names a place on one machine', () => {
  const tracked = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).stdout.split('\0');
  const read = tracked.filter(
    (path) =>
      path !== '' && !path.startsWith('packages/testbed/vectors/') && existsSync(join(ROOT, path)) && !path.endsWith('house.test.ts'),
  );
  expect(read.length).toBeGreaterThan(0);
  const found = read.flatMap((path) => {
    const match = PLACES.exec(readFileSync(join(ROOT, path), 'utf8'));
    return match === null ? [] : [`${path}: ${match[0]}`];
  });
  expect(found).toStrictEqual([]);
});

test.each(["'/home/someone/file'", ' /root/x', 'http://registry.corp/', '10.1.2.3'])('a place is found: %s', (text) =>
  expect(PLACES.test(text)).toBe(true),
);

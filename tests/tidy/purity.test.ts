import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hold } from './check.ts';
import { importsOf, isNode, lineAt, nameOf, readSources, ROOT, type SourceFile, treeOf, walk } from './source-file.ts';

const CORE = 'packages/core-transforms';
const core = readSources().filter(({ path }) => path.startsWith(`${CORE}/src/`));

/** Clocks, dice, doors and hidden state. The compiler refuses most of them too, for want of their types. */
const BANNED = new Set(
  `process fetch Buffer console setTimeout setInterval setImmediate queueMicrotask crypto URL URLSearchParams performance global globalThis
   ReadableStream WritableStream TransformStream Request Response Blob File WebSocket EventSource Worker Deno Bun require eval
   WebAssembly SharedArrayBuffer Atomics localStorage navigator`.split(/\s+/u),
);

function inCore(text: string): SourceFile {
  return { path: `${CORE}/src/sample.ts`, text };
}

hold({
  name: 'core sees no clock, no dice and no door',
  files: core,
  find: (files) => files.flatMap(findImpure),
  bad: [
    'export const a: unknown = process.env;',
    'export const a: unknown = fetch("x");',
    'export const a: unknown = [1].map(console.log);',
    'export const a: number = Date.now();',
    'export const a: Date = new Date();',
    'export const a: string = Date();',
    'export const a: number = Math.random();',
    'export const a: unknown = globalThis["fetch"];',
  ].map(inCore),
  good: [
    'export const a: Date = new Date(0);',
    'export const a: number = Math.max(1, 2);',
    'export const a = (row: { process: number }): number => row.process;',
  ].map(inCore),
});

hold({
  name: 'core imports nothing but itself',
  files: core,
  find: (files) =>
    files.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => !from.startsWith('./') && !from.startsWith('../'))
        .map(({ from, line }) => `${file.path}:${line} imports ${from}`),
    ),
  bad: ["import { join } from 'node:path';", "export { z } from 'zod';", "export const a = (): Promise<unknown> => import('node:fs');"].map(
    inCore,
  ),
});

function findImpure(file: SourceFile): string[] {
  const found: string[] = [];
  walk(treeOf(file), (node, parent) => {
    const say = (what: string): void => void found.push(`${file.path}:${lineAt(file, node.start)} ${what}`);
    const name = nameOf(node);
    if (name !== undefined && BANNED.has(name) && isValue(node, parent)) say(name);
    if (node.type === 'MemberExpression' && nameOf(node['object']) === 'Math' && nameOf(node['property']) === 'random') say('Math.random');
    if (node.type === 'MemberExpression' && nameOf(node['object']) === 'Date' && nameOf(node['property']) === 'now') say('Date.now');
    if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date' && isEmpty(node['arguments'])) say('new Date()');
    if (node.type === 'CallExpression' && nameOf(node['callee']) === 'Date') say('Date()');
  });
  return found;
}

/** A name that is looked up, not the name of a member, a property or a parameter. */
function isValue(node: unknown, parent: unknown): boolean {
  if (!isNode(parent)) return true;
  if (parent['property'] === node || parent['key'] === node) return parent['computed'] === true;
  return !parent.type.startsWith('TS') && !parent.type.endsWith('Specifier');
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

test('core is compiled without the types of any environment', () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, CORE, 'tsconfig.json'), 'utf8'));
  expect([compilerOptions.lib, compilerOptions.types]).toStrictEqual([['ES2023'], []]);
  const declared = readFileSync(join(ROOT, CORE, 'src/pure-globals.d.ts'), 'utf8').matchAll(/^declare \w+ (\w+)/gmu);
  expect([...declared].map((match) => match[1])).toStrictEqual(['TextDecoder', 'TextEncoder', 'atob', 'btoa', 'structuredClone']);
});

test("core's compiler settings refuse what the environment offers", () => {
  const folder = mkdtempSync(join(ROOT, CORE, '.tidy-'));
  try {
    const names = ['process', 'fetch', 'Buffer', 'console', 'setTimeout', 'crypto', 'URL', 'ReadableStream', 'performance'];
    writeFileSync(
      join(folder, 'bad.ts'),
      `${names.map((name) => `export const ${name}1: unknown = ${name};`).join('\n')}\nimport 'node:fs';\n`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', include: ['bad.ts', '../src/pure-globals.d.ts'] }),
    );
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    const refused = [...stdout.matchAll(/Cannot find name '(\w+)'/gu)].map((match) => match[1]);
    expect(new Set(refused)).toStrictEqual(new Set(names));
    expect(stdout).toMatch(/node:fs/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a package that core needs at run time would need a reader's word here", () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, CORE, 'package.json'), 'utf8'));
  expect(dependencies ?? {}).toStrictEqual({});
});

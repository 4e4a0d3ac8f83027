import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { hold } from './check.ts';
import {
  importsOf,
  isNode,
  isProduct,
  lineAt,
  nameOf,
  packageOf,
  readSources,
  ROOT,
  type SourceFile,
  treeOf,
  walk,
} from './source-file.ts';

const sources = readSources();
const everything = readSources({ tests: true });

const SHELLS = ['shell-hono', 'shell-legacy'];
const ALL_BELOW = ['core-transforms', 'gateway-engine', ...SHELLS];

/** Which packages each may import. Tests may import testbed too; parity and bench are made of it. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'core-transforms': [],
  'gateway-engine': ['core-transforms'],
  'shell-hono': ['core-transforms', 'gateway-engine'],
  'shell-legacy': ['core-transforms', 'gateway-engine'],
  parity: [...ALL_BELOW, 'testbed'],
  bench: [...ALL_BELOW, 'testbed', 'cli', 'parity'],
  cli: [...ALL_BELOW, 'parity'],
  testbed: [],
};

hold({
  name: 'packages import downwards, and shells never each other',
  files: everything,
  find: (files) =>
    eachImport(files, ({ path }, from) => {
      const [, target] = /^@stagegate\/([^/]+)/u.exec(from) ?? [];
      const own = packageOf(path);
      if (target === undefined || target === own || LAYERS[own]?.includes(target) === true) return false;
      return !(target === 'testbed' && !isProduct(path));
    }),
  bad: [
    file('packages/core-transforms/src/a.ts', "import '@stagegate/gateway-engine/ports';"),
    file('packages/gateway-engine/src/a.ts', "export * from '@stagegate/shell-hono';"),
    file('packages/shell-hono/src/a.ts', "import type { A } from '@stagegate/shell-legacy';"),
    file('packages/shell-legacy/src/a.test.ts', "import '@stagegate/shell-hono';"),
    file('packages/shell-legacy/src/a.ts', "import '@stagegate/testbed';"),
    file('packages/parity/src/a.ts', "import '@stagegate/cli';"),
  ],
  good: [file('packages/shell-legacy/src/a.test.ts', "import '@stagegate/testbed';")],
});

hold({
  name: 'a package is entered by its public doors, and is declared',
  files: everything,
  find: (files) =>
    eachImport(files, ({ path }, from) => {
      if (from.startsWith('.')) return packageOf(normalize(join(dirname(path), from))) !== packageOf(path);
      const [, target, door] = /^@stagegate\/([^/]+)(\/.+)?$/u.exec(from) ?? [];
      if (target === undefined) return false;
      const { exports } = manifestOf(target);
      return !Object.hasOwn(exports ?? {}, `.${door ?? ''}`) || !isDeclared(path, `@stagegate/${target}`);
    }),
  bad: [
    file('packages/cli/src/a.ts', "import '@stagegate/gateway-engine/src/ports/index.ts';"),
    file('packages/cli/src/a.ts', "import '@stagegate/gateway-engine/nowhere';"),
    file('packages/cli/src/a.ts', "import '../../gateway-engine/src/ports/index.ts';"),
    file('packages/core-transforms/src/a.ts', "import '@stagegate/gateway-engine/ports';"),
  ],
});

hold({
  name: 'every package that is imported is declared by the package that imports it',
  files: everything,
  find: (files) =>
    eachImport(files, ({ path }, from) => {
      if (/^(?:\.|node:|@stagegate\/)/u.test(from) || /^(?:vitest|fast-check)(?:\/|$)/u.test(from)) return false;
      return !isDeclared(
        path,
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    }),
  bad: [file('packages/cli/src/a.ts', "import 'undici';"), file('packages/gateway-engine/src/a.ts', "import 'left-pad';")],
});

/** Libraries that live in one place. */
const HOMES: readonly (readonly [library: RegExp, home: RegExp])[] = [
  [/^undici$/u, /^packages\/gateway-engine\/src\/upstream\//u],
  [/^(?:hono|@hono\/.+)(?:\/|$)/u, /^packages\/shell-hono\/src\//u],
  [/^(?:valibot|yaml)$/u, /^packages\/gateway-engine\/src\/config\//u],
  [/^pino$/u, /^packages\/gateway-engine\/src\/observe\//u],
  [/^(?:drizzle-orm|postgres|@noble\/ciphers)(?:\/|$)/u, /^packages\/gateway-engine\/src\/store\//u],
  [/^@(?:aws-sdk|smithy)\/|^google-auth-library$/u, /^packages\/gateway-engine\/src\/credentials\//u],
  [/^@redis\/client$/u, /^packages\/gateway-engine\/src\/redis\//u],
  [/^commander$/u, /^packages\/cli\/src\//u],
];

hold({
  name: 'a library that has a home is imported nowhere else',
  files: sources.filter(({ path }) => packageOf(path) !== 'bench'),
  find: (files) => eachImport(files, ({ path }, from) => HOMES.some(([library, home]) => library.test(from) && !home.test(path))),
  bad: [
    file('packages/gateway-engine/src/pipeline/a.ts', "import { request } from 'undici';"),
    file('packages/shell-legacy/src/a.ts', "import { Hono } from 'hono';"),
    file('packages/cli/src/a.ts', "import { parse } from 'yaml';"),
    file('packages/gateway-engine/src/store/a.ts', "import { pino } from 'pino';"),
  ],
});

hold({
  name: 'the environment is read in config alone',
  files: sources,
  find: (files) => files.filter(({ path }) => !path.startsWith('packages/gateway-engine/src/config/')).flatMap(findEnvironment),
  bad: [
    file('packages/cli/src/a.ts', 'export const a: unknown = process.env;'),
    file('packages/cli/src/a.ts', "export const a: unknown = process['env'].HOME;"),
    file('packages/cli/src/a.ts', "import { env } from 'node:process';"),
  ],
});

/** What of the engine stage 1 may use: what it decides with, never what acts for it. */
const STAGE_ONE_DOORS = new Set(
  ['ports', 'config', 'auth', 'limits', 'billing', 'routing', 'caching', 'errors'].map((door) => `@stagegate/gateway-engine/${door}`),
);

hold({
  name: 'stage 1 does its own work: nothing it reaches comes from pipeline, upstream or routes',
  files: sources.filter(({ path }) => path.startsWith('packages/shell-legacy/src/')),
  find: (files) => {
    const reached = reachableFrom(files, 'packages/shell-legacy/src/stage1/');
    return eachImport(reached, (_file, from) => from.startsWith('@stagegate/gateway-engine') && !STAGE_ONE_DOORS.has(from));
  },
  bad: [
    file('packages/shell-legacy/src/stage1/a.ts', "import '@stagegate/gateway-engine/pipeline';"),
    file('packages/shell-legacy/src/stage1/a.ts', "import type { A } from '@stagegate/gateway-engine/routes';"),
    file('packages/shell-legacy/src/stage1/a.ts', "import '@stagegate/gateway-engine/upstream';"),
  ],
});

function file(path: string, text: string): SourceFile {
  return { path, text };
}

function eachImport(files: readonly SourceFile[], offends: (file: SourceFile, from: string) => boolean): string[] {
  return files.flatMap((source) =>
    importsOf(source)
      .filter(({ from }) => offends(source, from))
      .map(({ from, line }) => `${source.path}:${line} imports ${from}`),
  );
}

interface Manifest {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  const path = join(ROOT, 'packages', name, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** Product code may use dependencies only; tests and build scripts development ones too. */
function isDeclared(path: string, library: string): boolean {
  const { dependencies = {}, devDependencies = {} } = manifestOf(packageOf(path));
  const isTool = packageOf(path) === 'parity' || packageOf(path) === 'bench';
  return Object.hasOwn(dependencies, library) || ((isTool || !isProduct(path)) && Object.hasOwn(devDependencies, library));
}

function findEnvironment(source: SourceFile): string[] {
  const found = importsOf(source)
    .filter(({ from }) => from === 'node:process' || from === 'process')
    .map(({ line }) => `${source.path}:${line} imports process`);
  walk(treeOf(source), (node) => {
    if (node.type !== 'MemberExpression' || nameOf(node['object']) !== 'process') return;
    const property = node['property'];
    const name = nameOf(property) ?? (isNode(property) ? property['value'] : undefined);
    if (name === 'env') found.push(`${source.path}:${lineAt(source, node.start)} process.env`);
  });
  return found;
}

/** The files below a folder, and every file of the same list that they lead to. */
function reachableFrom(files: readonly SourceFile[], folder: string): readonly SourceFile[] {
  const byPath = new Map(files.map((source) => [source.path, source]));
  const reached = new Set(files.filter(({ path }) => path.startsWith(folder)));
  for (const source of reached) {
    for (const { from } of importsOf(source)) {
      const target = from.startsWith('.') ? byPath.get(normalize(join(dirname(source.path), from))) : undefined;
      if (target !== undefined) reached.add(target);
    }
  }
  return [...reached];
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listProviders, type ProviderRow } from '../../packages/core-transforms/src/index.ts';
import { loadVectors } from '../../packages/testbed/src/index.ts';
import { hold } from './check.ts';
import { isNode, lineAt, listFiles, readSources, ROOT, type SourceFile, type SyntaxNode, treeOf, walk } from './source-file.ts';

const CORE = 'packages/core-transforms/src';
const VECTORS_MIN = 4;
const rows = listProviders();
/** By the name before the model's, which tells two APIs of one provider apart, else by the provider. */
const vectorCounts = new Map(
  [...Map.groupBy(loadVectors(), ({ vector }) => rowOf(vector.litellm_params?.model) ?? vector.provider)].map(([id, vectors]) => [
    id,
    vectors.length,
  ]),
);

/** Rows that no recording speaks for: the reference lists this one and serves it on no route that is built. */
const UNRECORDED = ['openai_like'];

test.each(rows)('$id says where it comes from, and when', ({ source, date }) => {
  expect(source).toMatch(/^https:\/\/\S+$|LiteLLM \d/u);
  expect(date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/u);
});

test('rows are sorted, of one id each, and every file in rows/ is registered', () => {
  const ids = rows.map(({ id }) => id);
  expect(ids).toStrictEqual([...new Set(ids)].toSorted());
  const files = readdirSync(join(ROOT, CORE, 'providers/rows')).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(files.toSorted()).toStrictEqual(ids.map((id) => `${id.replaceAll('_', '-')}.ts`).toSorted());
});

test('every row is held by four vectors, or is listed as unrecorded', () => {
  expect(findUnheld(rows, UNRECORDED)).toStrictEqual([]);
  expect(findUnheld([{ id: 'nobody' }], [])).toStrictEqual(['nobody has 0 vectors']);
  expect(findUnheld([{ id: 'openai' }], ['openai'])).toStrictEqual(['openai is listed and has vectors']);
  expect(findUnheld([], ['nobody'])).toStrictEqual(['nobody is listed and has no row']);
});

function rowOf(model: string | undefined): string | undefined {
  const id = model?.split('/', 1)[0];
  return rows.find((row) => row.id === id)?.id;
}

function findUnheld(given: readonly { readonly id: string }[], listed: readonly string[]): string[] {
  const problems = given.flatMap(({ id }) => {
    const count = vectorCounts.get(id) ?? 0;
    if (count < VECTORS_MIN) return listed.includes(id) ? [] : [`${id} has ${count} vectors`];
    return listed.includes(id) ? [`${id} is listed and has vectors`] : [];
  });
  return [...problems, ...listed.filter((id) => !given.some((row) => row.id === id)).map((id) => `${id} is listed and has no row`)];
}

test('a quirk that an unrecorded row uses is held by the vectors of another', () => {
  const held = new Set(rows.filter(({ id }) => !UNRECORDED.includes(id)).flatMap(quirksOf));
  const loose = rows.filter(({ id }) => UNRECORDED.includes(id)).flatMap((row) => quirksOf(row).filter((quirk) => !held.has(quirk)));
  expect([...new Set(loose)]).toStrictEqual([]);
});

function quirksOf({ chat }: ProviderRow): string[] {
  return [...(chat?.request ?? []), ...(chat?.response ?? []), ...(chat?.chunk ?? [])].map((quirk) =>
    typeof quirk === 'string' ? quirk : quirk.name,
  );
}

const ids = new Set(rows.map(({ id }) => id));
/** Where a provider may be named: its row, its facts, the formats (a dialect is somebody's), the config that resolves names. */
const MAY_NAME = /^packages\/(?:core-transforms\/src\/(?:providers|formats|facts)|gateway-engine\/src\/config|testbed|parity|bench)\//u;

hold({
  name: 'code is for formats: nothing outside providers, formats and config decides by a provider',
  files: readSources().filter(({ path }) => !MAY_NAME.test(path)),
  find: (files) => files.flatMap(findDecisions),
  bad: [
    sample("export const a = (id: string): boolean => id === 'groq';"),
    sample("export const a = (id: string): boolean => 'groq' !== id;"),
    sample("export function a(id: string): number { switch (id) { case 'anthropic': return 1; default: return 2; } }"),
    sample('export const a = (model: string): boolean => model.startsWith(`openai/`);'),
    sample("export const a = (ids: string[]): boolean => ids.includes('mistral');"),
    sample("export const a = (ids: string): boolean => ['mistral', 'groq'].includes(ids);"),
  ],
  good: [
    sample("export const a: object = { owned_by: 'openai' };"),
    sample("export const a = (route: { envelope: string }): boolean => route.envelope === 'anthropic';"),
  ],
});

/** A provider's id, or its prefix, that something is compared with or looked up by. How an answer is wrapped is a dialect's matter. */
function findDecisions(file: SourceFile): string[] {
  const found: string[] = [];
  const textOf = ({ start, end }: SyntaxNode): string => file.text.slice(start, end);
  const judge = (operands: readonly unknown[]): void => {
    const nodes = operands.filter(isNode);
    if (nodes.some((node) => /(?:envelope|dialect)$/iu.test(textOf(node)))) return;
    for (const node of nodes)
      if (ids.has(textOf(node).replace(/^['"`]|\/?['"`]$/gu, ''))) found.push(`${file.path}:${lineAt(file, node.start)} ${textOf(node)}`);
  };
  walk(treeOf(file), (node, parent) => {
    if (node.type === 'BinaryExpression') judge([node['left'], node['right']]);
    if (node.type === 'SwitchCase') judge([node['test'], parent?.['discriminant']]);
    if (
      node.type === 'CallExpression' &&
      isNode(node['callee']) &&
      /\.(?:startsWith|includes|indexOf|has|get)$/u.test(textOf(node['callee']))
    ) {
      const list = node['callee']['object'];
      judge([...asList(node['arguments']), ...(isNode(list) ? asList(list['elements']) : [])]);
    }
  });
  return found;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What every chat format has, whatever else it needs: a reader of one finds his way in all. */
const CHAT_FILES = [
  'types.ts',
  'request.ts',
  'response.ts',
  'convert-messages.ts',
  'prepare-tools.ts',
  'map-stop-reason.ts',
  'convert-usage.ts',
];

test.each(readdirSync(join(ROOT, CORE, 'formats')))('format %s has the files that every chat format has', (format) => {
  const files = listFiles(`${CORE}/formats/${format}`).map((path) => path.slice(`${CORE}/formats/${format}/`.length));
  expect(missingFiles(files)).toStrictEqual([]);
});

test('a chat format without its files is found, other formats are their own affair', () => {
  expect(missingFiles(['request.ts', 'response.ts', 'prepare-tools.ts'])).toContain('map-stop-reason.ts');
  expect(missingFiles(['convert-messages.ts'])).toContain('request.ts');
  expect(missingFiles(['request.ts', 'response.ts'])).toStrictEqual([]);
});

function missingFiles(files: readonly string[]): readonly string[] {
  const isChat = files.includes('convert-messages.ts') || files.includes('prepare-tools.ts');
  return isChat ? CHAT_FILES.filter((file) => !files.includes(file)) : [];
}

function sample(text: string): SourceFile {
  return { path: 'packages/gateway-engine/src/pipeline/sample.ts', text };
}

import { hold } from './check.ts';
import { isNode, lineAt, readSources, type SourceFile, type SyntaxNode, treeOf, walk } from './source-file.ts';

const sources = readSources();

function inCore(text: string): SourceFile {
  return { path: 'packages/core-transforms/src/sample.ts', text };
}

hold({
  name: 'every export of core says what it is',
  files: sources.filter(({ path }) => path.startsWith('packages/core-transforms/')),
  find: (files) =>
    files.flatMap((file) =>
      exportsOf(file)
        .filter((node) => !hasDocstring(file, node))
        .map((node) => `${at(file, node)} has no docstring`),
    ),
  bad: [
    'export const a: number = 1;',
    '// words\nexport function a(): void {}',
    '/** far away */\nconst b = 1;\nexport interface A { readonly b: typeof b }',
  ].map(inCore),
  good: ['/** Words. */\nexport const a: number = 1;', "export { a } from './b.ts';", "export type { B } from './b.ts';"].map(inCore),
});

hold({
  name: 'every exported function says what it gives',
  files: sources,
  find: (files) =>
    files.flatMap((file) =>
      exportsOf(file)
        .flatMap((node) => untypedFunctions(node))
        .map((node) => `${at(file, node)} has no return type`),
    ),
  bad: ['export function a() { return 1; }', 'export const a = () => 1;', 'export const a = function () { return 1; };'].map(inCore),
  good: [
    'export const a: () => number = () => 1;',
    'export const a = (): number => 1;',
    'export const a: readonly number[] = [1].map((one) => one);',
  ].map(inCore),
});

hold({
  name: 'every exported value says its type, but for what can be read off it, and for tables, whose type is drizzle',
  files: sources.filter(({ path }) => !path.startsWith('packages/gateway-engine/src/store/schema/')),
  find: (files) =>
    files.flatMap((file) =>
      exportsOf(file)
        .flatMap((node) => untypedValues(node))
        .map((node) => `${at(file, node)} has no type`),
    ),
  bad: ['export const a = [1].map((one) => one);', 'export const a = make();', 'export const a = { b: make() };'].map(inCore),
  good: [
    "export const a = 'word';",
    'export const a = -1;',
    'export const a: readonly number[] = make();',
    'export const a = (): number => 1;',
  ].map(inCore),
});

hold({
  name: 'nothing is left out, and nothing runs alone',
  files: readSources({ tests: true }).filter(({ path }) => path.endsWith('.test.ts')),
  find: (files) => files.flatMap(findSkips),
  bad: ["test.skip('a', () => {});", "describe.only('a', () => {});", "it.todo('a');", "test.skipIf(true)('a', () => {});"].map((text) => ({
    path: 'packages/cli/src/a.test.ts',
    text,
  })),
});

function at(file: SourceFile, node: SyntaxNode): string {
  return `${file.path}:${lineAt(file, node.start)}`;
}

/** Export statements that declare something; re-exports say nothing new. */
function exportsOf(file: SourceFile): readonly SyntaxNode[] {
  const body = treeOf(file)['body'];
  return (Array.isArray(body) ? body : []).filter(
    (node): node is SyntaxNode => isNode(node) && node.type === 'ExportNamedDeclaration' && isNode(node['declaration']),
  );
}

function hasDocstring({ text }: SourceFile, { start }: SyntaxNode): boolean {
  const before = text.slice(0, start).trimEnd();
  return before.endsWith('*/') && before.lastIndexOf('/**') > before.slice(0, -2).lastIndexOf('*/');
}

function untypedFunctions(node: SyntaxNode): readonly SyntaxNode[] {
  const declaration = node['declaration'];
  if (!isNode(declaration)) return [];
  if (declaration.type === 'FunctionDeclaration') return isNode(declaration['returnType']) ? [] : [declaration];
  const declarators = declaration.type === 'VariableDeclaration' ? declaration['declarations'] : [];
  return (Array.isArray(declarators) ? declarators : []).filter((declarator): declarator is SyntaxNode => {
    if (!isNode(declarator) || !isNode(declarator['init'])) return false;
    const { init, id } = declarator;
    const isFunction = isNode(init) && (init.type === 'ArrowFunctionExpression' || init.type === 'FunctionExpression');
    return isFunction && !isNode(init['returnType']) && !(isNode(id) && isNode(id['typeAnnotation']));
  });
}

const READABLE = new Set([
  'Literal',
  'TemplateLiteral',
  'UnaryExpression',
  'ArrowFunctionExpression',
  'FunctionExpression',
  'TSAsExpression',
]);

function untypedValues(node: SyntaxNode): readonly SyntaxNode[] {
  const declaration = node['declaration'];
  const declarators = isNode(declaration) && declaration.type === 'VariableDeclaration' ? declaration['declarations'] : [];
  return (Array.isArray(declarators) ? declarators : []).filter((declarator): declarator is SyntaxNode => {
    if (!isNode(declarator) || !isNode(declarator['init'])) return false;
    const { init, id } = declarator;
    return isNode(init) && !READABLE.has(init.type) && !(isNode(id) && isNode(id['typeAnnotation']));
  });
}

function findSkips(file: SourceFile): string[] {
  const found: string[] = [];
  walk(treeOf(file), (node) => {
    const property = node.type === 'MemberExpression' ? node['property'] : undefined;
    const name = isNode(property) ? property['name'] : undefined;
    const object = node['object'];
    const runner = isNode(object) ? object['name'] : undefined;
    const skips = ['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'].includes(String(name));
    if (skips && ['test', 'it', 'describe'].includes(String(runner))) found.push(`${at(file, node)} ${String(runner)}.${String(name)}`);
  });
  return found;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** The checkout. */
export const ROOT: string = join(import.meta.dirname, '../..');

/** One TypeScript file of a package, or a sample that stands for one. */
export interface SourceFile {
  /** From the root: `packages/cli/src/wire.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Any node of a syntax tree, as far as the checks look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** What a file takes from elsewhere. */
export interface Import {
  readonly from: string;
  readonly line: number;
}

const SKIPPED = new Set(['node_modules', 'vectors', 'dist', '.results', '.turbo']);

/** Every TypeScript file of the packages' `src`, tests left out unless asked for, and generated ones. */
export function readSources({ tests = false }: { readonly tests?: boolean } = {}): readonly SourceFile[] {
  return readdirSync(join(ROOT, 'packages'))
    .flatMap((name) => listFiles(`packages/${name}`))
    .filter((path) => path.endsWith('.ts') && (tests || isProduct(path)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Code that is shipped: in `src`, and neither a test, a bench nor generated. */
export function isProduct(path: string): boolean {
  return path.includes('/src/') && !/\.(?:test|bench|generated)\.ts$/u.test(path) && !path.endsWith('.d.ts');
}

/** Files below a folder, from the root, sorted; data and installed packages left out. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => (entry.isDirectory() ? listFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .toSorted();
}

/** `packages/cli/…` → `cli`. */
export function packageOf(path: string): string {
  return path.split('/')[1] ?? '';
}

const trees = new WeakMap<SourceFile, SyntaxNode>();

/** The file's syntax tree. */
export function treeOf(file: SourceFile): SyntaxNode {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const parsed: unknown = parseAst(file.text, { lang: 'ts' });
  if (!isNode(parsed)) throw new Error(`${file.path}: no syntax tree`);
  trees.set(file, parsed);
  return parsed;
}

/** Calls `visit` with every node and the one above it; in types only when asked. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode, parent: SyntaxNode | undefined) => void, parent?: SyntaxNode): void {
  visit(node, parent);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) walk(child, visit, node);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

/** `name` of an identifier, else undefined. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined;
}

export function lineAt({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Everything a file imports or re-exports, also lazily and as types. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  walk(treeOf(file), (node) => {
    if (!/^(?:Import|Export|TSImport)/u.test(node.type)) return;
    const source = node['source'] ?? node['argument'];
    const from = isNode(source) ? source['value'] : undefined;
    if (typeof from === 'string') found.push({ from, line: lineAt(file, node.start) });
  });
  return found;
}

/** Every string and template piece of a file that is not the name of a module. */
export function stringsOf(file: SourceFile): readonly { readonly value: string; readonly line: number }[] {
  const found: { value: string; line: number }[] = [];
  walk(treeOf(file), (node, parent) => {
    if (parent !== undefined && /^(?:Import|Export(?:All|Named)|TSImport)/u.test(parent.type)) return;
    const value = node.type === 'Literal' ? node['value'] : node.type === 'TemplateElement' ? cookedOf(node['value']) : undefined;
    if (typeof value === 'string') found.push({ value, line: lineAt(file, node.start) });
  });
  return found;
}

function cookedOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : undefined;
}

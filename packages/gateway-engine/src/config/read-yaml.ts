import { basename } from 'node:path';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, Scalar as YamlScalar } from 'yaml';
import type { ConfigIssue } from './config-issue.ts';
import type { ConfigNode, Place, Scalar } from './config-node.ts';

/** A file as a tree, and what was wrong with it. If there are errors, there is no tree. */
export interface YamlResult {
  readonly root: ConfigNode | undefined;
  readonly errors: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/**
 * Reads YAML as the reference's parser does (YAML 1.1: `yes` is a boolean, `<<` merges), except that `y` and `n` are names, and dates stay
 * text (`api_version: 2024-10-21`). Of a repeated key the last value counts, as there, with a warning.
 */
export function readYaml(text: string, file: string): YamlResult {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    intAsBigInt: true,
    uniqueKeys: false,
    lineCounter: lines,
    customTags: (tags) => tags.filter((tag) => !isUnwanted(tag)).concat([TRUE_TAG, FALSE_TAG]),
  });
  const placeAtOffset = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const errors = document.errors.map((error) => ({
    ...placeAtOffset(error.pos[0]),
    path: '',
    expected: 'YAML',
    found: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/u, '') ?? error.code,
  }));
  if (errors.length > 0) return { root: undefined, errors, warnings: [] };
  const reader = new TreeReader(placeAtOffset);
  const root = reader.read(document.contents, placeAtOffset(0));
  if (reader.errors.length > 0) return { root: undefined, errors: reader.errors, warnings: [] };
  if (root.content instanceof Map) return { root, errors: [], warnings: reader.warnings };
  const found = root.content === null ? `an empty ${basename(file)}` : Array.isArray(root.content) ? 'a list' : 'a single value';
  return { root: undefined, errors: [{ ...root.place, path: '', expected: 'a mapping such as "model_list: …"', found }], warnings: [] };
}

const TRUE_TAG = booleanTag(true, /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/u);
const FALSE_TAG = booleanTag(false, /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/u);

function booleanTag(
  value: boolean,
  test: RegExp,
): { tag: string; test: RegExp; default: true; identify: (node: unknown) => boolean; resolve: () => YamlScalar } {
  return { tag: 'tag:yaml.org,2002:bool', test, default: true, identify: (node) => node === value, resolve: () => new YamlScalar(value) };
}

function isUnwanted(tag: unknown): boolean {
  const name = typeof tag === 'object' && tag !== null && 'tag' in tag ? tag.tag : tag;
  return name === 'tag:yaml.org,2002:bool' || name === 'tag:yaml.org,2002:timestamp';
}

class TreeReader {
  readonly errors: ConfigIssue[] = [];
  readonly warnings: ConfigIssue[] = [];
  readonly #placeAtOffset: (offset: number) => Place;
  /** The last node of each anchor so far: the library would search the whole document for every alias. */
  readonly #anchored = new Map<string, ConfigNode>();

  constructor(placeAtOffset: (offset: number) => Place) {
    this.#placeAtOffset = placeAtOffset;
  }

  /** Nodes are read in the order of the text. */
  read(node: unknown, above: Place): ConfigNode {
    const place = this.#placeOf(node, above);
    if (isAlias(node)) return { ...this.#meantBy(node.source, place), place };
    const result: ConfigNode = { place, content: this.#content(node, place) };
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) this.#anchored.set(node.anchor, result);
    return result;
  }

  #meantBy(name: string, place: Place): ConfigNode {
    const node = this.#anchored.get(name);
    if (node === undefined) this.errors.push({ ...place, path: '', expected: `an anchor &${name} before its alias`, found: `*${name}` });
    return node ?? { place, content: null };
  }

  #content(node: unknown, place: Place): ConfigNode['content'] {
    if (isMap(node)) return this.#members(node.items, place);
    if (isSeq(node)) return node.items.map((item) => this.read(item, place));
    return isScalar(node) ? toScalar(node.value) : null;
  }

  #members(pairs: readonly Pair[], place: Place): ReadonlyMap<string, ConfigNode> {
    const members = new Map<string, ConfigNode>();
    const own = new Set<string>();
    for (const { key, value } of pairs) {
      const name = nameOf(key);
      if (name === '<<') {
        for (const [inherited, member] of this.#inherited(value, place)) if (!members.has(inherited)) members.set(inherited, member);
        continue;
      }
      const keyPlace = this.read(key, place).place;
      if (own.has(name)) {
        this.warnings.push({ ...keyPlace, path: name, expected: 'each key once', found: 'the key again; the last one counts' });
      }
      own.add(name);
      members.set(name, this.read(value, keyPlace));
    }
    return members;
  }

  /** What `<<: *base` or `<<: [*a, *b]` brings in; the first of several wins. */
  #inherited(value: unknown, place: Place): ReadonlyMap<string, ConfigNode> {
    const node = this.read(value, place);
    const sources = Array.isArray(node.content) ? node.content : [node];
    return new Map(sources.toReversed().flatMap(({ content }: ConfigNode) => (content instanceof Map ? [...content] : [])));
  }

  #placeOf(node: unknown, above: Place): Place {
    const range = isNodeWithRange(node) ? node.range : undefined;
    return range === undefined ? above : this.#placeAtOffset(range[0]);
  }
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function nameOf(key: unknown): string {
  const value = isScalar(key) ? key.value : key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function toScalar(value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return value;
  return value === undefined ? null : String(value);
}

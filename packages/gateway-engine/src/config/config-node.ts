/** Where a value stands. Line and column count from 1; 0 means that the config did not come from text. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Whole numbers are kept as bigint, so that `1` and `1.0` stay different (a deployment's id depends on it). */
export type Scalar = string | number | bigint | boolean | null;

/** A config value that knows where it came from. */
export interface ConfigNode {
  readonly place: Place;
  readonly content: Scalar | readonly ConfigNode[] | ReadonlyMap<string, ConfigNode>;
  /** The variable named by `os.environ/NAME`, once that reference was resolved; the content is null when it is not set. */
  readonly variable?: string;
}

/** Tells a mapping. */
export function membersOf(node: ConfigNode | undefined): ReadonlyMap<string, ConfigNode> | undefined {
  return node !== undefined && node.content instanceof Map ? node.content : undefined;
}

/** Tells a list. */
export function itemsOf(node: ConfigNode | undefined): readonly ConfigNode[] | undefined {
  return node !== undefined && Array.isArray(node.content) ? node.content : undefined;
}

/** The node at a path, or undefined. */
export function nodeAt(node: ConfigNode, path: readonly (string | number)[]): ConfigNode | undefined {
  let found: ConfigNode | undefined = node;
  for (const key of path) {
    found = typeof key === 'number' ? itemsOf(found)?.[key] : membersOf(found)?.get(key);
    if (found === undefined) return undefined;
  }
  return found;
}

/** The place of a path: its own, or that of the nearest node above it when it is absent. */
export function placeAt(node: ConfigNode, path: readonly (string | number)[]): Place {
  for (let length = path.length; length > 0; length -= 1) {
    const found = nodeAt(node, path.slice(0, length));
    if (found !== undefined) return found.place;
  }
  return node.place;
}

/** `model_list[0].litellm_params.rpm` */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** A node as a plain value: objects, arrays, numbers. */
export function toPlain(node: ConfigNode): unknown {
  const { content } = node;
  if (typeof content === 'bigint') return Number(content);
  if (content === null || typeof content !== 'object') return content;
  if (content instanceof Map) return Object.fromEntries([...content].map(([key, member]) => [key, toPlain(member)]));
  return itemsOf(node)?.map(toPlain);
}

/** A plain value as a node, all of it at one place. What JSON cannot hold becomes null. */
export function fromPlain(value: unknown, place: Place): ConfigNode {
  if (Array.isArray(value)) return { place, content: value.map((item: unknown) => fromPlain(item, place)) };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return { place, content: new Map(members.map(([key, member]) => [key, fromPlain(member, place)])) };
  }
  if (typeof value === 'number') return { place, content: Number.isSafeInteger(value) ? BigInt(value) : value };
  return { place, content: typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' ? value : null };
}

import type { ConfigNode } from './config-node.ts';

/** Variables by name: a process's, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a variable switches something on. Source: LiteLLM 1.106.2, secret_managers/main.py `str_to_bool`. */
export function isOn(value = ''): boolean {
  return value.trim().toLowerCase() === 'true';
}

const PREFIX = 'os.environ/';

/** Replaces every string `os.environ/NAME` by the variable's value, or by null when it is not set. The name is kept either way. */
export function resolveEnvRefs(node: ConfigNode, env: Environment): ConfigNode {
  const { place, content } = node;
  if (typeof content === 'string') {
    if (!content.startsWith(PREFIX)) return node;
    const variable = content.slice(PREFIX.length);
    return { place, content: env[variable] ?? null, variable };
  }
  if (content instanceof Map) return { place, content: new Map([...content].map(([key, member]) => [key, resolveEnvRefs(member, env)])) };
  if (Array.isArray(content)) return { place, content: content.map((item: ConfigNode) => resolveEnvRefs(item, env)) };
  return node;
}

/** All references to variables that are not set, with their paths. */
export function findUnsetRefs(
  node: ConfigNode,
  path: readonly (string | number)[] = [],
): { path: readonly (string | number)[]; variable: string }[] {
  const { content, variable } = node;
  if (variable !== undefined) return content === null ? [{ path, variable }] : [];
  if (content instanceof Map) return [...content].flatMap(([key, member]) => findUnsetRefs(member, [...path, key]));
  if (Array.isArray(content)) return content.flatMap((item: ConfigNode, index) => findUnsetRefs(item, [...path, index]));
  return [];
}

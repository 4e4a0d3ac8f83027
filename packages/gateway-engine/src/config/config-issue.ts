import { formatPath, type ConfigNode, nodeAt, type Place, placeAt } from './config-node.ts';
import { isSecretName } from './param-names.ts';

/** One thing that is wrong with the config, or worth a warning. */
export interface ConfigIssue extends Place {
  /** `model_list[0].litellm_params.rpm`; empty for the file as a whole. */
  readonly path: string;
  readonly expected: string;
  /** What is there instead; never a secret. */
  readonly found: string;
}

const FOUND_LENGTH_MAX = 60;

/** `config.yaml:4:9 model_list[0].litellm_params.rpm: expected a number ≥ 0, found "ten"` */
export function formatIssue(issue: ConfigIssue): string {
  const path = issue.path === '' ? '' : ` ${issue.path}:`;
  return `${formatPlace(issue)}${path} expected ${issue.expected}, found ${issue.found}`;
}

/** `config.yaml:4:9`, or the file alone for a config that did not come from text. */
export function formatPlace({ file, line, column }: Place): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** An issue with what is at `path`, or with its absence. `found` is described unless given. */
export function issueAt(root: ConfigNode, path: readonly (string | number)[], expected: string, found?: string): ConfigIssue {
  return { ...placeAt(root, path), path: formatPath(path), expected, found: found ?? describe(root, path) };
}

/** What is at a path, in few words: a scalar as it is, a container by its kind, a secret not at all. */
export function describe(root: ConfigNode, path: readonly (string | number)[]): string {
  const node = nodeAt(root, path);
  if (node === undefined) return 'nothing';
  const { content, variable } = node;
  if (variable !== undefined) return content === null ? `os.environ/${variable}, which is not set` : `the value of ${variable}`;
  if (content === null) return 'null';
  if (typeof content === 'object') return Array.isArray(content) ? 'a list' : 'a mapping';
  if (isSecretName(String(path.at(-1))))
    return typeof content === 'string' ? 'a text' : typeof content === 'boolean' ? 'a flag' : 'a number';
  const text = typeof content === 'string' ? JSON.stringify(content) : String(content);
  return text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text;
}

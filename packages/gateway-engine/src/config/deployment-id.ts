import { createHash } from 'node:crypto';
import { type ConfigNode, membersOf, itemsOf } from './config-node.ts';

/**
 * The id of a deployment without one of its own: the reference's hash, so that both gateways show the same `x-litellm-model-id`.
 *
 * in:     the model group, and `litellm_params` with environment references resolved.
 * out:    64 hex digits.
 * source: LiteLLM 1.106.2, router.py `generate_model_id`: sha-256 over group, names and values, each as Python prints it.
 */
export function deploymentId(modelGroup: string, litellmParams: ConfigNode): string {
  const parts = [...(membersOf(litellmParams) ?? [])].flatMap(([key, value]) => [key, partOf(value)]);
  return createHash('sha256')
    .update([modelGroup, ...parts].join(''))
    .digest('hex');
}

function partOf(node: ConfigNode): string {
  if (typeof node.content === 'string') return node.content;
  return node.content instanceof Map ? toJsonText(node) : toPythonText(node);
}

/** `json.dumps` with its default separators and ASCII only. */
function toJsonText(node: ConfigNode): string {
  const { content } = node;
  const members = membersOf(node);
  if (members !== undefined) return `{${[...members].map(([key, value]) => `${asciiJson(key)}: ${toJsonText(value)}`).join(', ')}}`;
  const items = itemsOf(node);
  if (items !== undefined) return `[${items.map(toJsonText).join(', ')}]`;
  if (typeof content === 'string') return asciiJson(content);
  return typeof content === 'number' ? toFloatText(content) : String(content);
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, (char) =>
    Array.from({ length: char.length }, (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** `str()` of a value; `repr()` inside containers. */
function toPythonText(node: ConfigNode, nested = false): string {
  const { content } = node;
  const members = membersOf(node);
  if (members !== undefined) {
    return `{${[...members].map(([key, value]) => `${pythonQuoted(key)}: ${toPythonText(value, true)}`).join(', ')}}`;
  }
  const items = itemsOf(node);
  if (items !== undefined) return `[${items.map((item) => toPythonText(item, true)).join(', ')}]`;
  if (content === null) return 'None';
  if (typeof content === 'boolean') return content ? 'True' : 'False';
  if (typeof content === 'number') return toFloatText(content);
  return typeof content === 'string' && nested ? pythonQuoted(content) : String(content);
}

function pythonQuoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", String.raw`\'`) : escaped}${quote}`;
}

/** A float as Python prints it: `1.0`, `1e-06`, `1e+16`. */
function toFloatText(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

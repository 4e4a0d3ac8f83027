import { isObject, type JsonValue } from '@stagegate/core-transforms';

/** How a value of somebody's traffic may be shown. `name`: the member that holds it. */
export type Redact = (value: JsonValue, name: string) => JsonValue;

/** Shows everything: for traffic without anybody's text, such as the golden vectors. */
export const keepAll: Redact = (value) => value;

/** Members whose strings belong to the protocol, not to a person. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  'model',
  'role',
  'type',
  'object',
  'event',
  'id',
  'item_id',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'name',
  'status',
  'code',
  'param',
  'finish_reason',
  'stop_reason',
  'finishReason',
  'system_fingerprint',
  'service_tier',
  'media_type',
  'mime_type',
  'mimeType',
  'format',
  'effort',
  'reasoning_effort',
  'tool_choice',
  'encoding_format',
  'method',
  'path',
  'kind',
  'lineEnd',
  'fields',
  'logged',
]);
const END_OF_STREAM = '[DONE]';
/** Text of ours, and masked values. */
const MASKED = /^<[\w -]*>$/u;

/**
 * Makes a redactor for one comparison. Texts become `‹text A, 24 characters›`, equal texts with the same letter, so that a reader can tell
 * equal ones from different ones. Numbers, member names and strings of the protocol stay.
 */
export function createRedactor(): Redact {
  const letters = new Map<string, string>();
  const redactText = (text: string): string => {
    const letter = letters.get(text) ?? toLetter(letters.size);
    letters.set(text, letter);
    return `‹text ${letter}, ${text.length} characters›`;
  };
  const redact: Redact = (value, name) => {
    if (typeof value === 'string') {
      return value === '' || value === END_OF_STREAM || OF_THE_PROTOCOL.has(name) || MASKED.test(value) ? value : redactText(value);
    }
    if (Array.isArray(value)) return value.map((item: JsonValue) => redact(item, name));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => [member, inner === undefined ? undefined : redact(inner, member)]),
    );
  };
  return redact;
}

/** A, B … Z, AA, AB … */
function toLetter(index: number): string {
  const letter = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? letter : toLetter(Math.floor(index / 26) - 1) + letter;
}

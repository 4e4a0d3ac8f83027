import type { JsonObject, JsonValue } from '../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../contract/outcome.ts';
import { countMembers, findSpans, hasFewBrackets, type MemberSpan } from './find-spans.ts';
import { isObject } from './is-object.ts';

/**
 * A JSON object as its original text, and its parsed value. An edit changes only the members that it names (see editMembers): everything
 * else keeps its characters, such as 2^53 + 1, `1.0`, the order of members, and members that are not known yet.
 */
export interface RawObject {
  /** The body as received. */
  readonly bytes: Uint8Array;
  /** The body, decoded. */
  readonly text: string;
  /** The body, parsed: numbers are doubles, and of repeated names the last counts. Transforms within one dialect edit members instead. */
  readonly value: JsonObject;
  /** The top-level members in order, with their spans in `text`; found on first use. */
  readonly members: readonly MemberSpan[];
  /** Whether a name is repeated among them; found on first use. */
  readonly repeats: boolean;
}

/** Deeper nesting is refused: `JSON.stringify` and `structuredClone` throw from about 5,000 levels on. */
export const DEPTH_MAX = 128;

/** Names that decide where a call goes. A repeated one could send it to a model that was never checked. */
const NAMED_ONCE: readonly string[] = ['model', 'stream'];

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/u;
/** A lone surrogate in the output of `JSON.stringify`, which escapes no others. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/u;

/**
 * Reads the bytes of a JSON object: checks all of it, bounds its depth, finds its members.
 *
 * in:     bytes of the whole body, UTF-8 without a byte order mark (the reference refuses one too).
 * errors: `bad-request` at `request_body` when it is not UTF-8, not JSON, not an object, nested deeper than DEPTH_MAX, or
 *         holds an escaped lone surrogate (which the reference refuses, too); at `model` or `stream` when that name is repeated.
 * cost:   `JSON.parse` and about a quarter more. A hand-written scan of the bytes was measured to cost more than parse and spans together,
 *         and a crossing of dialects needs the parsed value anyway.
 * source: RFC 8259; proxy/common_utils/http_parsing_utils.py for status, type, param and wording.
 */
export function scanRawObject(bytes: Uint8Array): Outcome<RawObject> {
  const text = decode(bytes);
  if (text === undefined) return refuse('not valid UTF-8');
  const isShallow = hasFewBrackets(text, DEPTH_MAX);
  const count = isShallow ? undefined : countMembers(text, DEPTH_MAX);
  if (!isShallow && count === undefined) return refuse(`nested deeper than ${DEPTH_MAX} levels`);
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const value = parsed.value;
  if (!isObject(value)) return refuse('expected an object');
  const hasEscapes = text.includes('\\u');
  if (hasEscapes && SURROGATE_ESCAPE.test(text) && LONE_SURROGATE.test(JSON.stringify(value))) {
    return refuse('half of a surrogate pair');
  }
  const raw = new ScannedObject(bytes, text, value, count);
  return (hasEscapes || mayStandTwice(text, value) ? refuseRepeated(raw) : undefined) ?? ok(raw);
}

/**
 * Whether one of the NAMED_ONCE may be repeated in a text without escaped letters.
 *
 * out:  false is certain; true may be wrong where something else, at any depth, ends like the name.
 * cost: a quarter of counting the members. The opening quote is not searched for, because a search would stop at every quote.
 */
function mayStandTwice(text: string, { model, stream }: JsonObject): boolean {
  return (model !== undefined && standsTwice(text, 'model"')) || (stream !== undefined && standsTwice(text, 'stream"'));
}

function standsTwice(text: string, sought: string): boolean {
  return text.includes(sought, text.indexOf(sought) + sought.length);
}

/** Finds members and repeated names only when asked, as a crossing never asks. A class, because one is made per call. */
class ScannedObject implements RawObject {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly value: JsonObject;
  #members: readonly MemberSpan[] | undefined;
  /** The number of members in the text. */
  #count: number | undefined;

  constructor(bytes: Uint8Array, text: string, value: JsonObject, count: number | undefined) {
    this.bytes = bytes;
    this.text = text;
    this.value = value;
    this.#count = count;
  }

  get members(): readonly MemberSpan[] {
    return (this.#members ??= findSpans(this.text));
  }

  get repeats(): boolean {
    return (this.#count ??= countMembers(this.text, DEPTH_MAX)) !== Object.keys(this.value).length;
  }
}

/** A JSON object with its text, such as a provider's decoded answer. */
export type TextObject = Pick<RawObject, 'text' | 'value' | 'members'>;

/** Reads text from a provider, without a bound on its depth; undefined when it is not a JSON object. */
export function parseRawObject(text: string): TextObject | undefined {
  const parsed = parse(text);
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  return { text, value: parsed.value, members: findSpans(text) };
}

/** A RawObject of a value that was never bytes, such as the fields of a form. */
export function toRawObject(value: JsonObject): RawObject {
  return withText(JSON.stringify(value), value);
}

/** A RawObject of a text and its parsed value, without repeated names. */
export function withText(text: string, value: JsonObject): RawObject {
  return new ScannedObject(ENCODER.encode(text), text, value, Object.keys(value).length);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): Outcome<JsonValue> {
  try {
    return ok<JsonValue>(JSON.parse(text));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'not JSON');
  }
}

function refuseRepeated(raw: RawObject): Failure | undefined {
  if (!raw.repeats) return undefined;
  for (const name of NAMED_ONCE) {
    const count = raw.members.reduce((sum, member) => (member.name === name ? sum + 1 : sum), 0);
    if (count > 1) return fail({ kind: 'bad-request', path: name, message: `Invalid JSON payload: '${name}' stands more than once` });
  }
  return undefined;
}

function refuse(reason: string): Failure {
  return fail({ kind: 'bad-request', path: 'request_body', message: `Invalid JSON payload: ${reason}` });
}

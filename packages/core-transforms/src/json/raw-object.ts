import type { JsonObject, JsonValue } from '../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../contract/outcome.ts';
import { countMembers, findSpans, hasFewBrackets, type MemberSpan } from './find-spans.ts';
import { isObject } from './is-object.ts';

/**
 * A JSON object as it came, and what it says. An edit touches the members it names and leaves every other character as it
 * came (see editMembers): exact for 2^53 + 1, `1.0`, key order and members nobody knows yet.
 */
export interface RawObject {
  /** The body as it was received. */
  readonly bytes: Uint8Array;
  /** The same, decoded. */
  readonly text: string;
  /** The same, parsed: numbers are doubles, of a name that stands twice the last counts. A crossing reads it; a transform within one dialect edits members. */
  readonly value: JsonObject;
  /** The top-level members in order, their spans in `text`; found when first asked for. */
  readonly members: readonly MemberSpan[];
  /** Whether a name stands twice among them; found when first asked for. */
  readonly repeats: boolean;
}

/** Deeper nesting is refused: `JSON.stringify` and `structuredClone` throw from about 5,000 levels on. */
export const DEPTH_MAX = 128;

/** Names that decide where a call goes: two of one of them could send it to a place that was never checked. */
const NAMED_ONCE: readonly string[] = ['model', 'stream'];

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/u;
/** In what `JSON.stringify` writes, only a surrogate without its other half is still an escape. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/u;

/**
 * Reads the bytes of a JSON object: checks all of it, bounds its depth, finds its members.
 *
 * in:     bytes of the whole body, UTF-8 without a byte order mark (the reference refuses one too).
 * errors: `bad-request` at `request_body` when it is not UTF-8, not JSON, not an object, nested deeper than DEPTH_MAX, or
 *         holds an escaped half of a surrogate pair (refused by the reference: it stands for no text);
 *         at `model` or `stream` when that name stands twice.
 * cost:   `JSON.parse` and about a quarter of it again. Measured against a scan of the bytes by hand, which costs more than
 *         parse and spans together, and still leaves the parse to whoever crosses dialects.
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
 * Whether one of the names that decide may stand twice, in a text without escaped letters.
 *
 * out:  false for sure; true, too, where it stands once, and something else, in whatever depth, ends like it.
 * cost: a quarter of counting the members. Without its opening quote, for that is what a search would stop at all the time.
 */
function mayStandTwice(text: string, { model, stream }: JsonObject): boolean {
  return (model !== undefined && standsTwice(text, 'model"')) || (stream !== undefined && standsTwice(text, 'stream"'));
}

function standsTwice(text: string, sought: string): boolean {
  return text.includes(sought, text.indexOf(sought) + sought.length);
}

/** Finds its members, and whether there are two of one name, when somebody asks: a crossing never does. A class, because one is made per call. */
class ScannedObject implements RawObject {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly value: JsonObject;
  #members: readonly MemberSpan[] | undefined;
  /** Of the members in the text. */
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

/** A JSON object as its text: what a provider answered, once it is decoded. */
export type TextObject = Pick<RawObject, 'text' | 'value' | 'members'>;

/** The same for text from a provider, whose depth needs no bound; undefined when it is not a JSON object. */
export function parseRawObject(text: string): TextObject | undefined {
  const parsed = parse(text);
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  return { text, value: parsed.value, members: findSpans(text) };
}

/** A RawObject of a value that was never bytes: what a multipart form says, or a test. */
export function toRawObject(value: JsonObject): RawObject {
  return withText(JSON.stringify(value), value);
}

/** A RawObject of a text and what it says; no name stands twice in it. */
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

import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** A whole answer, as far as it is read. */
export interface Message {
  readonly model: string | undefined;
  readonly content: readonly Block[];
  readonly stopReason: JsonValue | undefined;
  /** Undefined when the provider counted nothing. */
  readonly usage: JsonObject | undefined;
  readonly whole: JsonObject;
}

/**
 * The text of a 2xx answer → a message.
 *
 * errors: `upstream-refused` with status 500 for an error inside it; `bad-upstream` when it is not JSON or holds no content.
 */
export function parseMessage(text: string, provider: string): Outcome<Message> {
  const whole = parseJson(text);
  if (!isObject(whole)) return refuse(provider, 'the answer is not a JSON object');
  if (whole['error'] !== undefined && whole['error'] !== null) {
    return fail({ kind: 'upstream-refused', provider, status: 500, message: readErrorMessage(whole) ?? text, reason: 'other' });
  }
  if (!isArray(whole['content'])) return refuse(provider, 'the answer has no content');
  const { usage } = whole;
  return ok({
    model: readString(whole, 'model'),
    content: blocksOf(whole['content']),
    stopReason: whole['stop_reason'],
    usage: isObject(usage) ? usage : undefined,
    whole,
  });
}

/** One event of a stream: its data as an object, or undefined when it is none. */
export function parseEvent(data: string): JsonObject | undefined {
  const event = parseJson(data);
  return isObject(event) ? event : undefined;
}

/** The provider's own sentence in an error's body or event; undefined when it has none. */
export function readErrorMessage(body: JsonValue | undefined): string | undefined {
  const error = isObject(body) ? body['error'] : undefined;
  if (typeof error === 'string') return error;
  return isObject(error) ? readString(error, 'message') : undefined;
}

function refuse(provider: string, message: string): Failure {
  return fail({ kind: 'bad-upstream', provider, message });
}

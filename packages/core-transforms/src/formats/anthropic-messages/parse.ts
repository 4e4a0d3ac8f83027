import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The members of a whole answer that are read. */
export interface Message {
  readonly model: string | undefined;
  readonly content: readonly Block[];
  readonly stopReason: JsonValue | undefined;
  /** Undefined if the provider reported none. */
  readonly usage: JsonObject | undefined;
  readonly whole: JsonObject;
}

/**
 * The text of a 2xx answer → a message.
 *
 * errors: `upstream-refused` with status 500 for an error inside it; `bad-upstream` if it is not JSON or has no content.
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

/** The data of a stream's event as an object; undefined if it is not one. */
export function parseEvent(data: string): JsonObject | undefined {
  const event = parseJson(data);
  return isObject(event) ? event : undefined;
}

/** The provider's own sentence in an error's body or event; undefined if there is none. */
export function readErrorMessage(body: JsonValue | undefined): string | undefined {
  const error = isObject(body) ? body['error'] : undefined;
  if (typeof error === 'string') return error;
  return isObject(error) ? readString(error, 'message') : undefined;
}

function refuse(provider: string, message: string): Failure {
  return fail({ kind: 'bad-upstream', provider, message });
}

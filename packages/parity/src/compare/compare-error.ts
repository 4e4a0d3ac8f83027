import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { dropEmptyMembers } from './canonical.ts';
import { diffJson, type Difference } from './difference.ts';

/** The members of an error that must be equal. Its message is our own, except for the provider's text in it. */
const PROMISED_MEMBERS = ['type', 'code', 'param'];

/** Whether a body is an error in one of the known envelopes: OpenAI's, Anthropic's, or the `detail` of a bare HTTP error. */
export function isErrorBody(body: JsonValue): body is JsonObject {
  return isObject(body) && (isObject(body['error']) || body['detail'] !== undefined);
}

/**
 * Compares two error bodies: envelope, type, code and param; that ours has a message; and that the provider's message is in it.
 *
 * in: `providerMessage`: the provider's own, if it sent one.
 */
export function compareError(
  expected: JsonValue,
  got: JsonValue,
  path: string,
  providerMessage: string | undefined,
): readonly Difference[] {
  const [left, right] = [dropEmptyMembers(expected), dropEmptyMembers(got)];
  if (!isErrorBody(left)) return diffJson(left, right, path, { jsonInStrings: true });
  if (!isErrorBody(right)) return [{ path, expected: shapeOf(left), got: right }];
  const shape = diffJson(shapeOf(left), shapeOf(right), path);
  if (shape.length > 0) return shape;
  return [
    ...PROMISED_MEMBERS.flatMap((name) => diffJson(memberOf(left, name), memberOf(right, name), `${path}.error.${name}`)),
    ...compareMessage(right, path, isObject(left['error']) ? providerMessage : undefined),
  ];
}

function compareMessage(body: JsonObject, path: string, providerMessage: string | undefined): readonly Difference[] {
  if (!isObject(body['error'])) return [];
  const text = body['error']['message'];
  if (typeof text !== 'string' || text === '') return [{ path: `${path}.error.message`, expected: 'words', got: text }];
  if (providerMessage === undefined || text.includes(providerMessage) || text.includes(JSON.stringify(providerMessage).slice(1, -1)))
    return [];
  return [{ path: `${path}.error.message`, expected: `… ${providerMessage} …`, got: text }];
}

/** The shape of an envelope, as something that can be compared and read. */
function shapeOf(body: JsonObject): JsonValue {
  if (!isObject(body['error'])) return 'detail';
  return body['type'] === 'error' ? 'anthropic error' : 'openai error';
}

function memberOf(body: JsonObject, name: string): JsonValue | undefined {
  return isObject(body['error']) ? body['error'][name] : undefined;
}

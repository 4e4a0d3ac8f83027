import { isObject, parseJson, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { Caller, EndUserAsked, GatewayConfig } from '../ports/index.ts';
import type { HeaderReader } from './check-key.ts';

const HEADERS = ['x-litellm-customer-id', 'x-litellm-end-user-id'] as const;

const NO_HEADERS: readonly string[] = [];

/** The settings that say how customers are recognised. */
export type EndUserRules = Pick<GatewayConfig, 'endUsersKnown' | 'userHeaderNames'>;

/** Longer ids are ignored: an id is a name, not a document. */
const LENGTH_MAX = 512;

/**
 * The customer whom a call is made for, as the call says; undefined when it names none. Headers come first, then `user`,
 * `litellm_metadata.user`, `metadata.user_id`, `safety_identifier`.
 *
 * in:     `userHeaderNames`: headers of the operator's own that name him, too. With `endUsersKnown` an id that is JSON is ignored.
 * source: LiteLLM 1.106.2, proxy/auth/auth_utils.py.
 */
export function readEndUserId(
  header: HeaderReader,
  body: JsonObject,
  { userHeaderNames: more = NO_HEADERS, endUsersKnown }: EndUserRules,
): string | undefined {
  const plain = endUsersKnown === true;
  const named = firstHeader(header, HEADERS, plain) ?? firstHeader(header, more, plain);
  if (named !== undefined) return named;
  const { user, litellm_metadata: litellmMetadata, metadata, safety_identifier: safety } = body;
  return (
    toId(user, plain) ?? toId(memberOf(litellmMetadata, 'user'), plain) ?? toId(memberOf(metadata, 'user_id'), plain) ?? toId(safety, plain)
  );
}

const AS_IT_IS: EndUserAsked = { budgetId: undefined, known: false };

/** How a call's customer is looked up. One whom a token names is taken to exist. Source: LiteLLM 1.106.2, proxy/auth/auth_checks.py. */
export function askedOfEndUser({ metadata, endUserId }: Caller, { endUsersKnown }: EndUserRules): EndUserAsked {
  const { end_user_budget_id: id } = metadata;
  const budgetId = typeof id === 'string' && id !== '' ? id : undefined;
  const known = endUsersKnown === true && endUserId === undefined;
  return budgetId === undefined && !known ? AS_IT_IS : { budgetId, known };
}

function firstHeader(header: HeaderReader, names: readonly string[], plain: boolean): string | undefined {
  for (const name of names) {
    const id = toId(header(name), plain);
    if (id !== undefined) return id;
  }
  return undefined;
}

function toId(value: JsonValue | undefined, plain: boolean): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (text === '' || text.length > LENGTH_MAX) return undefined;
  return plain && (text.startsWith('{') || text.startsWith('[')) && parseJson(text) !== undefined ? undefined : text;
}

/** Forms send metadata as JSON in a string. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value === 'string') return value.trimStart().startsWith('{') ? memberOf(parseJson(value), name) : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

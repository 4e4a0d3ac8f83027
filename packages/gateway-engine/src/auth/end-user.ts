import { isObject, parseJson, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { Caller, EndUserAsked, GatewayConfig } from '../ports/index.ts';
import type { HeaderReader } from './check-key.ts';

const HEADERS = ['x-litellm-customer-id', 'x-litellm-end-user-id'] as const;

const NO_HEADERS: readonly string[] = [];

/** What of the configuration says who is a customer. */
export type EndUserRules = Pick<GatewayConfig, 'endUsersKnown' | 'userHeaderNames'>;

/** An id is a name, not a document; longer ones are looked up by nobody. */
const LENGTH_MAX = 512;

/**
 * Who asks through a caller, as the call says; undefined when it does not. Header first, then `user`,
 * `litellm_metadata.user`, `metadata.user_id`, `safety_identifier`.
 *
 * in:     `userHeaderNames`: headers of the operator's own that name him too. With `endUsersKnown` JSON in a text is no id.
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

/** How a call's customer is looked for; one that a token names is not doubted. Source: LiteLLM 1.106.2, proxy/auth/auth_checks.py. */
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

/** Metadata may come as JSON in a string, as forms send it. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value === 'string') return value.trimStart().startsWith('{') ? memberOf(parseJson(value), name) : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import type { HeaderReader } from './check-key.ts';

const HEADERS = ['x-litellm-customer-id', 'x-litellm-end-user-id'] as const;

const NO_HEADERS: readonly string[] = [];

/** An id is a name, not a document; longer ones are looked up by nobody. */
const LENGTH_MAX = 512;

/**
 * Who asks through a caller, as the call says; undefined when it does not. Header first, then `user`,
 * `litellm_metadata.user`, `metadata.user_id`, `safety_identifier`.
 *
 * in:     `more`: headers of the operator's own that name him too.
 * source: LiteLLM 1.106.2, proxy/auth/auth_utils.py.
 */
export function readEndUserId(header: HeaderReader, body: JsonObject, more: readonly string[] = NO_HEADERS): string | undefined {
  const named = firstHeader(header, HEADERS) ?? firstHeader(header, more);
  if (named !== undefined) return named;
  const { user, litellm_metadata: litellmMetadata, metadata, safety_identifier: safety } = body;
  return toId(user) ?? toId(memberOf(litellmMetadata, 'user')) ?? toId(memberOf(metadata, 'user_id')) ?? toId(safety);
}

function firstHeader(header: HeaderReader, names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = toId(header(name));
    if (id !== undefined) return id;
  }
  return undefined;
}

function toId(value: JsonValue | undefined): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' || text.length > LENGTH_MAX ? undefined : text;
}

/** Metadata may come as JSON in a string, as forms send it. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value === 'string') return value.trimStart().startsWith('{') ? memberOf(parse(value), name) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
  return (value as JsonObject)[name];
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

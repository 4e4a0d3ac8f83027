import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { GatewayConfig, RawCall } from '../ports/index.ts';

/** A call's headers, by name and all names, and where it came from. */
export type CallHeaders = Pick<RawCall, 'header' | 'headerNames' | 'peer'>;

const VENDORS = /^x-.+-session-id$/u;
const CODEX = /^codex[-_ /]/iu;
const CODEX_HEADERS = ['session-id', 'session_id', 'thread-id', 'conversation_id'] as const;
/** The ids accepted from a header that other programs use for other things. */
const PLAUSIBLE = /^[\w-]{8,}$/u;
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/iu;
const NO_TRACE = /^0+$/u;

/**
 * The session that a call belongs to, as it says; undefined when it says nothing.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py, read 2026-11-29.
 */
export function readSessionId(headers: CallHeaders, body: JsonObject): string | undefined {
  return ofCall(headers, body) ?? inMetadata(body, 'session_id');
}

/**
 * The session that a call is logged under: its own, else its trace. A call with neither is a session by itself, unless the operator turned
 * made-up ids off. Where the operator says nothing of sessions, a trace comes before the session in the metadata.
 */
export function loggedSessionId(
  headers: CallHeaders,
  body: JsonObject,
  callId: string,
  { missingSession }: Pick<GatewayConfig, 'missingSession'>,
): string | null {
  const [session, trace, noted] = [ofCall(headers, body), traceOfCall(headers, body), inMetadata(body, 'session_id')];
  if (missingSession === 'omit') return session ?? noted ?? null;
  const known = missingSession === undefined ? (session ?? trace ?? noted) : (session ?? noted ?? trace);
  return known ?? inMetadata(body, 'trace_id') ?? callId;
}

/** From headers, Claude Code's `metadata.user_id`, or the body's own member; W3C baggage where the metadata name none. */
function ofCall(headers: CallHeaders, body: JsonObject): string | undefined {
  const said = inHeaders(headers) ?? ofClaudeCode(body['metadata']) ?? idIn(body, 'litellm_session_id');
  return said ?? (inMetadata(body, 'session_id') === undefined ? inBaggage(headers.header('baggage')) : undefined);
}

/** The trace that a call belongs to, as its own member or a W3C `traceparent` says. */
function traceOfCall({ header }: CallHeaders, body: JsonObject): string | undefined {
  const own = idIn(body, 'litellm_trace_id');
  if (own !== undefined || inMetadata(body, 'trace_id') !== undefined) return own;
  const [, trace] = TRACEPARENT.exec(header('traceparent')?.trim() ?? '') ?? [];
  return trace === undefined || NO_TRACE.test(trace) ? undefined : trace.toLowerCase();
}

function inHeaders({ header, headerNames }: CallHeaders): string | undefined {
  const plausible = (name: string): string | undefined => {
    const value = header(name);
    return value !== undefined && PLAUSIBLE.test(value) ? value : undefined;
  };
  const firstOf = (names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = plausible(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const named = header('x-litellm-trace-id') || header('x-litellm-session-id');
  if (named !== undefined && named !== '') return named;
  const ofVendors = headerNames().filter((name) => VENDORS.test(name) && name !== 'x-litellm-session-id');
  return firstOf(ofVendors) ?? (CODEX.test(header('user-agent') ?? '') ? firstOf(CODEX_HEADERS) : undefined) ?? plausible('x-session-id');
}

/** Claude Code sends `user_…_account_…_session_…`, or the same as an object. */
function ofClaudeCode(metadata: JsonValue | undefined): string | undefined {
  const user = isObject(metadata) ? metadata['user_id'] : undefined;
  const id = isObject(user) ? user['session_id'] : typeof user === 'string' ? /_session_([\w-]+)$/u.exec(user)?.[1] : undefined;
  return typeof id === 'string' && /^[\w-]+$/u.test(id) ? id : undefined;
}

function inMetadata(body: JsonObject, name: string): string | undefined {
  return idIn(body['litellm_metadata'], name) ?? idIn(body['metadata'], name);
}

function inBaggage(baggage = ''): string | undefined {
  const pair = baggage.split(',').find((one) => one.split('=', 1)[0]?.trim() === 'session.id');
  return pair?.slice(pair.indexOf('=') + 1).trim() || undefined;
}

function idIn(holder: JsonValue | undefined, name: string): string | undefined {
  const value = isObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

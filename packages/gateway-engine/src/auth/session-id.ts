import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { GatewayConfig, RawCall } from '../ports/index.ts';

/** A call's headers, one by one and by their names. */
export type CallHeaders = Pick<RawCall, 'header' | 'headerNames'>;

const VENDORS = /^x-.+-session-id$/u;
const CODEX = /^codex[-_ /]/iu;
const CODEX_HEADERS = ['session-id', 'session_id', 'thread-id', 'conversation_id'] as const;
/** Of a header that says it of whatever it likes. */
const PLAUSIBLE = /^[\w-]{8,}$/u;
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/iu;
const NO_TRACE = /^0+$/u;

/**
 * The session that a call says it belongs to; undefined when it says none.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py, read 2026-11-29.
 */
export function readSessionId(headers: CallHeaders, body: JsonObject): string | undefined {
  return ofCall(headers, body) ?? inMetadata(body, 'session_id');
}

/**
 * Under which session a call is logged: its own, else its trace; a call without either is a session by itself, unless the operator wants
 * none to be made up. Where he says nothing of sessions, a trace comes before the metadata's session.
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

/** Headers, Claude Code's `metadata.user_id`, the body's own member; what W3C baggage says where metadata say nothing. */
function ofCall(headers: CallHeaders, body: JsonObject): string | undefined {
  const said = inHeaders(headers) ?? ofClaudeCode(body['metadata']) ?? idIn(body, 'litellm_session_id');
  return said ?? (inMetadata(body, 'session_id') === undefined ? inBaggage(headers.header('baggage')) : undefined);
}

/** The same of a W3C traceparent. */
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

/** `user_…_account_…_session_…`, or the same as an object. */
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

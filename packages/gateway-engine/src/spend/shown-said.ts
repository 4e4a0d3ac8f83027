import { isObject, parseJson, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { SaidInCall } from '../ports/index.ts';
import { plainText } from './plain-text.ts';

/** Characters that are kept of one text. Source: LiteLLM 1.106.2, MAX_STRING_LENGTH_PROMPT_IN_DB. */
const TEXT_MAX = 2_048;
/** The share of the beginning in a shortened text: the end tells more. */
const BEGINNING_SHARE = 0.35;
/** Members that may hold a credential. */
const SECRET = /^(?:.*(?:api_?key|secret|password|credential|authorization|private_key).*|(?:.*_)?token)$/iu;
const MASKED = 'REDACTED_BY_LITELM';
const DEPTH_MAX = 64;

/**
 * A call's request and answer as the log keeps them: long texts cut in the middle, credentials masked.
 *
 * source: LiteLLM 1.106.2, spend_tracking_utils.py `_sanitize_request_body_for_spend_logs_payload`, read 2026-11-29.
 */
export function shownSaid(said: SaidInCall | undefined): { readonly proxy_server_request: JsonValue; readonly response: JsonValue } {
  if (said === undefined) return { proxy_server_request: {}, response: {} };
  return { proxy_server_request: shorten(said.request), response: shorten(parseAnswer(said.answer)) };
}

/** An answer as JSON. A stream is kept as the text of its events. */
function parseAnswer(answer: string | undefined): JsonValue {
  if (answer === undefined) return {};
  const parsed = parseJson(answer);
  return parsed === undefined ? answer : parsed;
}

function shorten(value: JsonValue, depth = 0): JsonValue {
  if (typeof value === 'string') return shortText(value);
  if (depth > DEPTH_MAX) return null;
  if (Array.isArray(value)) return value.map((item) => shorten(item, depth + 1));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member = null]) => {
    const isSecret = typeof member === 'string' && SECRET.test(name);
    return [plainText(name), isSecret ? MASKED : shorten(member, depth + 1)] as const;
  });
  return Object.fromEntries(members) as JsonObject;
}

/** A text as PostgreSQL takes it; of a long one the beginning and the end. */
export function shortText(text: string): string {
  if (text.length <= TEXT_MAX) return plainText(text);
  const beginning = Math.floor(TEXT_MAX * BEGINNING_SHARE);
  const end = TEXT_MAX - beginning;
  const left = text.length - TEXT_MAX;
  return plainText(`${text.slice(0, beginning)}... (litellm_truncated skipped ${left} chars) ...${text.slice(-end)}`);
}

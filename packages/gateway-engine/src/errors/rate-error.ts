import type { RateStanding, RateUnknown, ShareLimits, ShareStanding } from '../ports/index.ts';
import type { EngineError } from './engine-error.ts';

const MINUTE_MS = 60_000;
const NO_HEADERS = {};

type ErrorOf<Kind extends EngineError['kind']> = Extract<EngineError, { kind: Kind }>;

/** The message where a limit may be reached but the counters cannot be read. */
export const UNKNOWN_RATES: string =
  'Rate limit enforcement unavailable: request counters could not be verified against Redis, and fail_closed_rate_limit_enforcement is ' +
  'enabled, so the request was rejected to avoid exceeding the configured rate limit. Retry shortly.';

/** The error of a call that its rate limits refuse. in: the wall clock's milliseconds. */
export function rateError(taken: RateStanding | RateUnknown, nowMs: number): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'rate-limited', exceeded: taken, nowMs };
}

/** The error of a call that its group, or its priority's share of it, refuses. */
export function shareError(limits: ShareLimits, taken: ShareStanding | RateUnknown): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'share-full', limits, exceeded: taken };
}

/** In the reference's words. A call without a priority shows Python's None. */
export function shareMessage({ limits, exceeded }: ErrorOf<'share-full'>): string {
  const { group, priority = 'None', of, share } = limits;
  const { limit, kind, remaining, saturation } = exceeded;
  const isShare = limit === share;
  const start = isShare ? `Priority-based rate limit exceeded. Model: ${group}, ` : `Model capacity reached for ${group}. `;
  const end = isShare ? `, Model saturation: ${(saturation * 100).toFixed(1)}%` : '';
  return (
    `${start}Priority: ${priority}, Rate limit type: ${kind}, Model TPM: ${of.tokens ?? UNSET}, Model RPM: ${of.requests ?? UNSET}, ` +
    `Remaining: ${remaining}${end}`
  );
}

/** In the reference's words, where keys that are active in the same minute share it. */
export function activityMessage({ key = 'None', of, left, keys }: ErrorOf<'activity-full'>): string {
  return `Key=${key} over available ${of}=0. Model ${of}=${left}, Active keys=${keys === 0 ? 'None' : keys}`;
}

const UNSET = 'not configured';

/** In the reference's words: which limit is reached. */
export function rateMessage({ exceeded: { limit, kind, max, remaining }, nowMs }: ErrorOf<'rate-limited'>): string {
  return (
    `Rate limit exceeded for ${limit.scope}: ${limit.id}. Limit type: ${kind}. Current limit: ${max}, Remaining: ${remaining}. ` +
    `Limit resets at: ${resetText(nowMs)}`
  );
}

/** Always one minute from now, whenever the running minute began: the reference does the same. */
function resetText(nowMs: number): string {
  return `${new Date(nowMs + MINUTE_MS).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The headers of errors that have some: when to come back, and why. */
export function errorHeaders(error: EngineError): Readonly<Record<string, string>> {
  if (error.kind === 'no-deployments') return { 'retry-after': String(Math.ceil(error.retrySeconds)) };
  if (error.kind === 'share-full') return shareHeaders(error);
  if (error.kind !== 'rate-limited') return NO_HEADERS;
  return { 'retry-after': '60', rate_limit_type: error.exceeded.kind, reset_at: resetText(error.nowMs) };
}

function shareHeaders({ limits, exceeded }: ErrorOf<'share-full'>): Readonly<Record<string, string>> {
  const { kind, limit, saturation } = exceeded;
  const ofShare = limit === limits.share && { 'x-litellm-saturation': `${(saturation * 100).toFixed(2)}%` };
  return { 'retry-after': '60', rate_limit_type: kind, 'x-litellm-priority': headerPriority(limits.priority), ...ofShare };
}

/** Priorities may hold any character, headers may not. */
export function headerPriority(priority = 'default'): string {
  return priority.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '?');
}

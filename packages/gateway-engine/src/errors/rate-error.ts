import type { RateStanding, RateUnknown, ShareLimits, ShareStanding } from '../ports/index.ts';
import type { EngineError } from './engine-error.ts';

const MINUTE_MS = 60_000;
const NO_HEADERS = {};

type ErrorOf<Kind extends EngineError['kind']> = Extract<EngineError, { kind: Kind }>;

/** Where a limit may be reached, and nobody can say. */
export const UNKNOWN_RATES: string =
  'Rate limit enforcement unavailable: request counters could not be verified against Redis, and fail_closed_rate_limit_enforcement is ' +
  'enabled, so the request was rejected to avoid exceeding the configured rate limit. Retry shortly.';

/** Why a call is not let in by its limits. in: the wall clock's milliseconds. */
export function rateError(taken: RateStanding | RateUnknown, nowMs: number): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'rate-limited', exceeded: taken, nowMs };
}

/** The same of a group, or of a priority's share of it. */
export function shareError(limits: ShareLimits, taken: ShareStanding | RateUnknown): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'share-full', limits, exceeded: taken };
}

/** In the reference's words; a priority that nobody has given is Python's None. */
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

/** The same where keys that call at the same time share what there is. */
export function activityMessage({ key = 'None', of, left, keys }: ErrorOf<'activity-full'>): string {
  return `Key=${key} over available ${of}=0. Model ${of}=${left}, Active keys=${keys === 0 ? 'None' : keys}`;
}

const UNSET = 'not configured';

/** Which limit is reached, in the reference's words. */
export function rateMessage({ exceeded: { limit, kind, max, remaining }, nowMs }: ErrorOf<'rate-limited'>): string {
  return (
    `Rate limit exceeded for ${limit.scope}: ${limit.id}. Limit type: ${kind}. Current limit: ${max}, Remaining: ${remaining}. ` +
    `Limit resets at: ${resetText(nowMs)}`
  );
}

/** A minute from now, whenever the running one began; the reference says so too. */
function resetText(nowMs: number): string {
  return `${new Date(nowMs + MINUTE_MS).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The headers that come with some errors: when to come back, and why. */
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

/** A name may hold anything; a header may not. */
export function headerPriority(priority = 'default'): string {
  return priority.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '?');
}

import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { Refusal } from './refusal.ts';

/** The problem's type and title by status, as each status has one meaning on these routes. Source: LiteLLM 1.106.2, /management/v1. */
const KINDS: Readonly<Record<number, readonly [type: string, title: string]>> = {
  400: ['unknown-query-parameter', 'Unknown query parameter'],
  403: ['forbidden', 'Forbidden'],
  404: ['team-not-found', 'Team not found'],
  422: ['invalid-request-body', 'Invalid request body'],
  503: ['database-not-connected', 'Database not connected'],
};

/** A refusal as problem details (RFC 9457), which `/management/v1` sends as `application/problem+json`. */
export function toProblem({ status: refused, message, body }: Refusal): JsonObject & { readonly status: number } {
  const { error, allowed, problem } = isObject(body) ? body : {};
  if (isObject(problem)) return { ...problem, status: refused, detail: message, ...(allowed !== undefined && { allowed }) };
  if (isOfQuery(body))
    return { type: 'urn:litellm:error:invalid-query-parameter', title: 'Invalid query parameter', status: 400, detail: message };
  const status = isObject(error) && error['type'] === 'no_db_connection' ? 503 : problemStatus(refused, allowed !== undefined);
  const [type, title] = KINDS[status] ?? ['internal-server-error', 'Internal server error'];
  return { type: `urn:litellm:error:${type}`, title, status, detail: message, ...(allowed !== undefined && { allowed }) };
}

/** A 400 that names no allowed values is for an invalid body, which is 422 here. */
function problemStatus(refused: number, namesAllowed: boolean): number {
  return refused === 400 && !namesAllowed ? 422 : refused;
}

/** Whether FastAPI refused a query parameter, which is 422 elsewhere and 400 here. */
function isOfQuery(body: JsonValue): boolean {
  const { detail } = isObject(body) ? body : {};
  const [first] = Array.isArray(detail) ? detail : [];
  return isObject(first) && Array.isArray(first['loc']) && first['loc'][0] === 'query';
}

/** A refusal of a query with a problem type and title of its own. */
export function refuseAs(type: string, title: string, detail: string, allowed?: readonly string[]): Refusal {
  const problem = { type: `urn:litellm:error:${type}`, title };
  return new Refusal(400, detail, { problem, ...(allowed !== undefined && { allowed: allowed.toSorted() }) });
}

/**
 * Refuses query parameters that a route does not take: a filter that is ignored would show or change too much.
 *
 * in: `isKnown`, for names that are accepted although the message does not list them.
 */
export function refuseQuery(query: URLSearchParams, allowed: readonly string[] = [], isKnown = (_name: string): boolean => false): void {
  const names = [...new Set(query.keys())].filter((name) => !allowed.includes(name) && !isKnown(name)).toSorted();
  if (names.length > 0) throw new Refusal(400, `Unrecognized query parameter(s): ${names.join(', ')}.`, { allowed: allowed.toSorted() });
}

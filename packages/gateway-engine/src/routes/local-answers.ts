import type { CallAnswer } from '../ports/index.ts';

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** An answer of the gateway's own. */
export function jsonAnswer(status: number, body: unknown): CallAnswer {
  return { status, headers: { ...JSON_HEADERS }, body: JSON.stringify(body) };
}

/** The reference's bare 404. */
export function notFoundAnswer(detail: string): CallAnswer {
  return jsonAnswer(404, { detail });
}

/** The answer on an unknown path. */
export function unknownPathAnswer(): CallAnswer {
  return notFoundAnswer('Not Found');
}

/** The answer on a known path with a wrong method. */
export function wrongMethodAnswer(allow: string): CallAnswer {
  return { status: 405, headers: { ...JSON_HEADERS, allow }, body: JSON.stringify({ detail: 'Method Not Allowed' }) };
}

/**
 * The redirect from a known path with a trailing slash. Its location is relative, so that nothing of the client's Host header is repeated.
 */
export function redirectAnswer(location: string): CallAnswer {
  return { status: 307, headers: { location }, body: '' };
}

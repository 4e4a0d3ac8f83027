import type { CallAnswer } from '../ports/index.ts';

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** An answer the gateway makes by itself. */
export function jsonAnswer(status: number, body: unknown): CallAnswer {
  return { status, headers: { ...JSON_HEADERS }, body: JSON.stringify(body) };
}

/** The reference's bare 404. */
export function notFoundAnswer(detail: string): CallAnswer {
  return jsonAnswer(404, { detail });
}

/** What a path that nobody knows gets. */
export function unknownPathAnswer(): CallAnswer {
  return notFoundAnswer('Not Found');
}

/** What a known path with another method gets. */
export function wrongMethodAnswer(allow: string): CallAnswer {
  return { status: 405, headers: { ...JSON_HEADERS, allow }, body: JSON.stringify({ detail: 'Method Not Allowed' }) };
}

/** What a known path with a slash too many gets. The location is relative: nothing the caller says of its host is repeated. */
export function redirectAnswer(location: string): CallAnswer {
  return { status: 307, headers: { location }, body: '' };
}

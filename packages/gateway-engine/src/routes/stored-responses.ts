import type { StoredAction } from '@stagegate/core-transforms';
import type { CallRoute } from './route-contract.ts';
import { responses } from './responses.ts';

const PLACE = '/{response_id}';
const IN_PATH = /\/responses\/([^/]+)/u;

/** What can be done with a response that a provider keeps. */
export const storedResponses: readonly CallRoute[] = [
  stored('get', 'GET', ''),
  stored('delete', 'DELETE', ''),
  stored('input_items', 'GET', '/input_items'),
  stored('cancel', 'POST', '/cancel'),
];

function stored(action: StoredAction, method: CallRoute['method'], below: string): CallRoute {
  return {
    kind: 'call',
    id: responses.id + PLACE + below,
    method,
    paths: responses.paths.map((path) => path + PLACE + below),
    access: responses.access,
    envelope: responses.envelope,
    dialect: 'openai-responses-stored',
    referenceName: responses.referenceName,
    required: [],
    requiredUnlessSet: [],
    streams: false,
    stored: action,
  };
}

/** The id of the response that a path names, decoded; empty when there is none. */
export function readResponsePath(path: string): string {
  const segment = IN_PATH.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

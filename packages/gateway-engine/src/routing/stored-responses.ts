import { toRawObject, unknownResponse, type RawObject, type StoredAction, type TransformError } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Caller, Deployment, GatewayConfig } from '../ports/index.ts';
import { isForeign, type ResponseSeals } from './response-ids.ts';

/** A call on a response that a provider keeps. */
export interface StoredCall {
  /** The object that its path and query stand for. */
  readonly body: RawObject;
  /** The one that gave the response. */
  readonly deployment: Deployment;
}

/** Looks the deployment of a response up by the id that a client knows; undefined for an id that was not given out here. */
export type FindResponse = (id: string) => Deployment | undefined;

/** Compiles the look-up. */
export function compileFindResponse({ deployments }: Pick<GatewayConfig, 'deployments'>, seals: ResponseSeals): FindResponse {
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  return (id) => byId.get(seals.open(id)?.deploymentId ?? '');
}

/**
 * Reads a call on a kept response off its path and query.
 *
 * in:     the id as it stands in the path, decoded; the query without its question mark.
 * errors: `route-denied` for somebody else's response; a `bad-request` for an id that leads nowhere.
 */
export function readStoredCall(
  action: StoredAction,
  id: string,
  query: string,
  find: FindResponse,
): StoredCall | { readonly error: EngineError } {
  const deployment = find(id);
  if (deployment === undefined) return { error: toNotFound(unknownResponse(id)) };
  // Nobody else has the response.
  const members = { ...readQuery(query), action, response_id: id, disable_fallbacks: true };
  return { body: toRawObject(members), deployment };
}

/** Why a caller may not go on with a response; undefined when he may, or when its transform will say that it is none. */
export function refuseForeign(id: unknown, caller: Caller | undefined, seals: ResponseSeals): EngineError | undefined {
  const sealed = typeof id === 'string' && caller !== undefined ? seals.open(id) : undefined;
  if (sealed === undefined || caller === undefined || !isForeign(sealed, caller)) return undefined;
  return { kind: 'route-denied', message: 'Forbidden. The response does not belong to the user or the team of this key.' };
}

function toNotFound(error: TransformError): EngineError {
  return { kind: 'transform', error, modelGroup: '' };
}

/** Names that come once are texts, others lists; `include[]` is how some clients write `include`. */
function readQuery(query: string): Record<string, string | string[]> {
  const members: Record<string, string | string[]> = {};
  const params = new URLSearchParams(query);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    members[name.replace(/\[\]$/u, '')] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return members;
}

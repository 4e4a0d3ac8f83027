import { toRawObject, unknownResponse, type RawObject, type StoredAction, type TransformError } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Caller, Deployment, GatewayConfig } from '../ports/index.ts';
import { isForeign, type ResponseSeals } from './response-ids.ts';

/** A call on a response that a provider stores. */
export interface StoredCall {
  /** The body that stands for its path and query. */
  readonly body: RawObject;
  /** The deployment that gave the response. */
  readonly deployment: Deployment;
}

/** Finds the deployment of a response by the id that the client knows; undefined for an id that the gateway did not issue. */
export type FindResponse = (id: string) => Deployment | undefined;

/** Compiles the look-up. */
export function compileFindResponse({ deployments }: Pick<GatewayConfig, 'deployments'>, seals: ResponseSeals): FindResponse {
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  return (id) => byId.get(seals.open(id)?.deploymentId ?? '');
}

/**
 * Reads a call on a stored response off its path and query.
 *
 * in:     the id in the path, decoded; the query without its question mark.
 * errors: `route-denied` for somebody else's response; `bad-request` for an id that leads nowhere.
 */
export function readStoredCall(
  action: StoredAction,
  id: string,
  query: string,
  find: FindResponse,
): StoredCall | { readonly error: EngineError } {
  const deployment = find(id);
  if (deployment === undefined) return { error: toNotFound(unknownResponse(id)) };
  // No other deployment has the response.
  const members = { ...readQuery(query), action, response_id: id, disable_fallbacks: true };
  return { body: toRawObject(members), deployment };
}

/** Why a caller may not use a response; undefined when he may, or when the transform will refuse the id. */
export function refuseForeign(id: unknown, caller: Caller | undefined, seals: ResponseSeals): EngineError | undefined {
  const sealed = typeof id === 'string' && caller !== undefined ? seals.open(id) : undefined;
  if (sealed === undefined || caller === undefined || !isForeign(sealed, caller)) return undefined;
  return { kind: 'route-denied', message: 'Forbidden. The response does not belong to the user or the team of this key.' };
}

function toNotFound(error: TransformError): EngineError {
  return { kind: 'transform', error, modelGroup: '' };
}

/** Repeated names become lists. `include[]` is how some clients write `include`. */
function readQuery(query: string): Record<string, string | string[]> {
  const members: Record<string, string | string[]> = {};
  const params = new URLSearchParams(query);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    members[name.replace(/\[\]$/u, '')] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return members;
}

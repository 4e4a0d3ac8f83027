import type { TransformError } from '@stagegate/core-transforms';
import type { ModelRefusal } from './refused-model.ts';
import type { FailureClass, RateStanding, ShareLimits, ShareStanding, UpstreamFailure } from '../ports/index.ts';

/** Whose list of models refused the call, in the reference's word for the error's type. */
export type ModelOwner = 'key' | 'team' | 'user' | 'project' | 'customer' | 'role' | 'scope';

/** A budget that is spent, under LiteLLM's name for its kind of owner; the proxy's own has no id. USD. */
export interface SpentBudget {
  readonly owner:
    | 'key'
    | 'user'
    | 'team'
    | 'team_member'
    | 'organization'
    | 'project'
    | 'end_user'
    | 'tag'
    | 'model_access_group'
    | 'proxy';
  readonly id: string | undefined;
  readonly spend: number;
  readonly max: number;
}

/**
 * What can go wrong around core: every error a client can see that does not come from a transform. A kind exists only if the table words it
 * differently.
 */
export type EngineError =
  /** No key came with the call. */
  | { readonly kind: 'no-key' }
  /** The key's header is there but holds nothing that could be a key. */
  | { readonly kind: 'malformed-key' }
  /** An unknown key. */
  | { readonly kind: 'wrong-key'; readonly key: string }
  /** A known caller who may not come in: blocked, deactivated, of the wrong role. */
  | { readonly kind: 'caller-refused'; readonly message: string }
  | { readonly kind: 'expired-key'; readonly key: string; readonly expiresMs: number; readonly nowMs: number }
  /** A valid token of somebody who may not come in. */
  | { readonly kind: 'token-denied'; readonly message: string }
  | { readonly kind: 'token-expired' }
  /** The keys that tokens are signed with cannot be read. */
  | { readonly kind: 'identity-provider-down'; readonly message?: string }
  /** The key has limits in its rows that Stagegate does not enforce yet. */
  | { readonly kind: 'limits-not-built'; readonly names: readonly string[] }
  /** The key's list of routes does not have this one. */
  | { readonly kind: 'route-denied'; readonly message: string }
  | { readonly kind: 'model-denied'; readonly owner: ModelOwner; readonly model: string }
  /** `spent`: whose budget it is; absent: of one model's, or of what is set aside. */
  | { readonly kind: 'budget-exceeded'; readonly message: string; readonly status?: number; readonly spent?: SpentBudget }
  /** It cannot be said now what a caller has spent. */
  | { readonly kind: 'budget-unconfirmed'; readonly message: string }
  /** A rate limit of the caller, or of those whom he belongs to, is reached. */
  | { readonly kind: 'rate-limited'; readonly exceeded: RateStanding; readonly nowMs: number }
  /** The key has used its part of what the group may do in a minute. `left`: of the group. */
  | {
      readonly kind: 'activity-full';
      readonly key: string | undefined;
      readonly of: 'TPM' | 'RPM';
      readonly left: number;
      readonly keys: number;
    }
  /** The group's minute is used up, or a priority's share of it. */
  | { readonly kind: 'share-full'; readonly limits: ShareLimits; readonly exceeded: ShareStanding }
  /** It cannot be said now whether a limit is reached. */
  | { readonly kind: 'rates-unknown' }
  /** A key cannot be looked up now. */
  | { readonly kind: 'database-down' }
  /** The client's body has a member that only a deployment may set. */
  | { readonly kind: 'banned-member'; readonly name: string }
  | { readonly kind: 'body-too-large'; readonly bytesMax: number }
  /** The client stopped sending before its body was whole. */
  | { readonly kind: 'body-cut' }
  /** The body cannot be read as what its content type says. `what` names it: `JSON`, `form`. */
  | { readonly kind: 'bad-body'; readonly what: 'JSON' | 'form'; readonly message: string }
  /** The call lacks a member that the operator, or the key, requires. */
  | { readonly kind: 'unsaid-param'; readonly name: string }
  /** The call names tags itself, which only its key may. */
  | { readonly kind: 'tags-refused' }
  | { readonly kind: 'no-session' }
  | { readonly kind: 'missing-member'; readonly route: string; readonly name: string }
  /** The model exists, but serves nobody, or not this caller, at this time. */
  | { readonly kind: 'model-refused'; readonly why: ModelRefusal }
  /** `routed`: the router knows no such group either, as for a fallback, or where a wildcard might match. */
  | { readonly kind: 'unknown-model'; readonly route: string; readonly model: string | undefined; readonly routed?: true }
  /** The body's `model` is not a string. */
  | { readonly kind: 'model-not-text' }
  | { readonly kind: 'transform'; readonly error: TransformError; readonly modelGroup: string }
  | { readonly kind: 'upstream'; readonly failure: UpstreamFailure; readonly provider: string; readonly modelGroup: string }
  /** Media that the provider does not fetch itself could not be fetched. */
  | { readonly kind: 'media-unfetched'; readonly message: string; readonly modelGroup: string }
  /** All deployments of the group are cooling down, or none of the others can serve this call. */
  | {
      readonly kind: 'no-deployments';
      readonly modelGroup: string;
      /** When one may be available again. */
      readonly retrySeconds: number;
      readonly preCallChecks: boolean;
      /** Ids of all deployments that cool down. */
      readonly cooling: readonly string[];
      /** The group has no deployments but these. */
      readonly allCooling: boolean;
    }
  /** No deployment has the call's tags. */
  | { readonly kind: 'no-tagged-deployments'; readonly modelGroup: string; readonly tags: readonly string[] }
  /** Every deployment, its provider, or a tag of the call has spent its budget. `detail`: which, one per line. */
  | { readonly kind: 'over-budget'; readonly modelGroup: string; readonly detail: string }
  /** A deployment's own limit is reached. `ofMinute`: the whole group's minute is used up, so that a retry is in vain. */
  | { readonly kind: 'over-limit'; readonly message: string; readonly modelGroup: string; readonly ofMinute?: true }
  /** The call waited for its turn in vain: too long, or the queue was full. */
  | { readonly kind: 'no-turn'; readonly why: 'late' | 'full'; readonly modelGroup: string }
  /** The prompt is longer than any deployment of the group takes; counted before anybody was asked. */
  | { readonly kind: 'context-too-small'; readonly detail: string; readonly modelGroup: string }
  /** A failure that the client asked for, to test its retries and fallbacks. No provider was asked. */
  | {
      readonly kind: 'mocked';
      readonly status: 400 | 408 | 429 | 500;
      readonly className: FailureClass;
      readonly message: string;
      readonly modelGroup: string;
      /** It is the answer of a mocked deployment, and counts as a real one would. */
      readonly byDeployment?: true;
    }
  /** The client asks for mock failures or delays, which the configuration does not allow. */
  | { readonly kind: 'mocks-not-allowed'; readonly names: readonly string[] }
  /** The engine is closing. */
  | { readonly kind: 'closing' }
  /** A bug. What happened is in the log, not in the answer. */
  | { readonly kind: 'internal' };

/** What a stage gives: a value, or the error that ends the call. */
export type Staged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: EngineError };

/** Wraps a stage's value. */
export function done<T>(value: T): Staged<T> {
  return { ok: true, value };
}

/** Wraps the error that ends a call. */
export function stop(error: EngineError): { readonly ok: false; readonly error: EngineError } {
  return { ok: false, error };
}

import type { TransformError } from '@stagegate/core-transforms';
import type { ModelRefusal } from './refused-model.ts';
import type { FailureClass, RateStanding, ShareLimits, ShareStanding, UpstreamFailure } from '../ports/index.ts';

/** Whose list of models said no: the reference's word in the error's type. */
export type ModelOwner = 'key' | 'team' | 'user' | 'project' | 'customer';

/**
 * What can go wrong around core: everything a client can see that is not a transform's doing. A kind exists only if the
 * table words it differently.
 */
export type EngineError =
  /** No key came with the call. */
  | { readonly kind: 'no-key' }
  /** The key's header is there but holds nothing that could be a key. */
  | { readonly kind: 'malformed-key' }
  /** A key that nobody knows. */
  | { readonly kind: 'wrong-key'; readonly key: string }
  /** A known caller who may not come in: blocked, deactivated, of the wrong role. */
  | { readonly kind: 'caller-refused'; readonly message: string }
  | { readonly kind: 'expired-key'; readonly key: string; readonly expiresMs: number; readonly nowMs: number }
  /** A token that is good, of somebody who may not come in. */
  | { readonly kind: 'token-denied'; readonly message: string }
  | { readonly kind: 'token-expired' }
  /** The keys that tokens are signed with cannot be read. */
  | { readonly kind: 'identity-provider-down' }
  /** The key has limits in its rows that Stagegate does not enforce yet. */
  | { readonly kind: 'limits-not-built'; readonly names: readonly string[] }
  /** The key's own list of routes does not have this one. */
  | { readonly kind: 'route-denied'; readonly message: string }
  | { readonly kind: 'model-denied'; readonly owner: ModelOwner; readonly model: string }
  | { readonly kind: 'budget-exceeded'; readonly message: string; readonly status?: number }
  /** What a caller has spent cannot be told now. */
  | { readonly kind: 'budget-unconfirmed'; readonly message: string }
  /** A limit of the caller's, or of those whom he belongs to. */
  | { readonly kind: 'rate-limited'; readonly exceeded: RateStanding; readonly nowMs: number }
  /** Of what deployments may a minute nothing is left for one of the keys that call them. `left`: of the group. */
  | {
      readonly kind: 'activity-full';
      readonly key: string | undefined;
      readonly of: 'TPM' | 'RPM';
      readonly left: number;
      readonly keys: number;
    }
  /** What deployments may a minute is used up, or a priority's share of it. */
  | { readonly kind: 'share-full'; readonly limits: ShareLimits; readonly exceeded: ShareStanding }
  /** Whether a limit is reached cannot be known now. */
  | { readonly kind: 'rates-unknown' }
  /** A key cannot be looked up now. */
  | { readonly kind: 'database-down' }
  /** A member that only a deployment may set stands in the client's body. */
  | { readonly kind: 'banned-member'; readonly name: string }
  | { readonly kind: 'body-too-large'; readonly bytesMax: number }
  /** The client stopped sending before its body was whole. */
  | { readonly kind: 'body-cut' }
  /** The body cannot be read as what its content type says. `what` names it: `JSON`, `form`. */
  | { readonly kind: 'bad-body'; readonly what: 'JSON' | 'form'; readonly message: string }
  /** What the operator, or the key, asks every call to say. */
  | { readonly kind: 'unsaid-param'; readonly name: string }
  /** The call names tags, which are its key's to name. */
  | { readonly kind: 'tags-refused' }
  | { readonly kind: 'no-session' }
  | { readonly kind: 'missing-member'; readonly route: string; readonly name: string }
  /** The model is there, and serves nobody, or not this caller, now. */
  | { readonly kind: 'model-refused'; readonly why: ModelRefusal }
  /** `routed`: the router was asked for it, as for a fallback, or where a wildcard may have it. */
  | { readonly kind: 'unknown-model'; readonly route: string; readonly model: string | undefined; readonly routed?: true }
  /** The body names a model by something else than text. */
  | { readonly kind: 'model-not-text' }
  | { readonly kind: 'transform'; readonly error: TransformError; readonly modelGroup: string }
  | { readonly kind: 'upstream'; readonly failure: UpstreamFailure; readonly provider: string; readonly modelGroup: string }
  /** Media at an address, which its provider does not read itself, cannot be had. */
  | { readonly kind: 'media-unfetched'; readonly message: string; readonly modelGroup: string }
  /** Every deployment of the group is cooling down, or none is left by what the call asks for. */
  | {
      readonly kind: 'no-deployments';
      readonly modelGroup: string;
      /** When one may be there again. */
      readonly retrySeconds: number;
      readonly preCallChecks: boolean;
      /** Ids of all deployments that cool down. */
      readonly cooling: readonly string[];
      /** The group has no other. */
      readonly allCooling: boolean;
    }
  /** The call's tags lead to no deployment. */
  | { readonly kind: 'no-tagged-deployments'; readonly modelGroup: string; readonly tags: readonly string[] }
  /** Each deployment, its provider, or a tag of the call has spent its money. `detail`: who, a line each. */
  | { readonly kind: 'over-budget'; readonly modelGroup: string; readonly detail: string }
  /** A limit of a deployment's own is reached. `ofMinute`: nobody of the group has anything left of this minute, so that asking again is in vain. */
  | { readonly kind: 'over-limit'; readonly message: string; readonly modelGroup: string; readonly ofMinute?: true }
  /** It has waited for its turn in vain: too long, or there was no room to wait. */
  | { readonly kind: 'no-turn'; readonly why: 'late' | 'full'; readonly modelGroup: string }
  /** The prompt is longer than any deployment of the group takes; counted before anybody was asked. */
  | { readonly kind: 'context-too-small'; readonly detail: string; readonly modelGroup: string }
  /** A failure that the client asked for, to see its retries and fallbacks work; nobody was asked. */
  | {
      readonly kind: 'mocked';
      readonly status: 400 | 408 | 429 | 500;
      readonly className: FailureClass;
      readonly message: string;
      readonly modelGroup: string;
      /** It is a mocked deployment's answer: what counts for a real one counts for it. */
      readonly byDeployment?: true;
    }
  /** The client asks for failures or delays, which its gateway does not allow. */
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

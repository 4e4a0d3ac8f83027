import type { Budget, Caller, EndUserGrants } from './caller.ts';
import type { ClaimOwner, Identity, TokenClaim } from './token-lookup.ts';

/** What is known of a key: its caller, that it does not exist, or that the database cannot say now. */
export type KeyFinding =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'database-down' };

/** `unknown`: a customer without limits. `nobody`: only known customers are accepted, and this is neither a customer nor a user. */
export type EndUserFinding =
  | { readonly kind: 'found'; readonly endUser: EndUserGrants }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'database-down' };

/** How a customer is looked up. */
export interface EndUserAsked {
  /** The budget that the key gives to customers without one of their own, before the general one; undefined: none. */
  readonly budgetId: string | undefined;
  /** True: somebody who is neither a customer nor a user is refused, unless there is a budget for such customers. */
  readonly known: boolean;
}

/** Who is behind a verified token. */
export type IdentityFinding =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'database-down' };

/** Budgets of tags, by name. */
export type TagBudgets = ReadonlyMap<string, Budget>;

/** Budgets of model access groups, by name: of all that have a row, because calls are counted there also without a limit. */
export type AccessGroupBudgets = ReadonlyMap<string, Budget>;

/** Looks up who is behind a key. A cached value comes at once; a promise means that the database is asked. Never rejects. */
export interface KeyLookup {
  /** By the sha-256 of the whole key, in hex: the key itself is passed to nothing. */
  readonly find: (keyHash: string) => KeyFinding | Promise<KeyFinding>;
  readonly findEndUser: (id: string, asked?: EndUserAsked) => EndUserFinding | Promise<EndUserFinding>;
  /** What the whole proxy has spent; undefined while the database cannot say. Absent: it is not counted. */
  readonly findProxyBudget?: () => Budget | undefined | Promise<Budget | undefined>;
  /** Budgets of all tags; undefined while the database cannot say, so that no tag stops a call. Absent: they are not counted. */
  readonly findTagBudgets?: () => TagBudgets | undefined | Promise<TagBudgets | undefined>;
  /** Budgets of all model access groups, likewise. */
  readonly findAccessGroupBudgets?: () => AccessGroupBudgets | undefined | Promise<AccessGroupBudgets | undefined>;
  /** The key that a token's claim is mapped to; `unknown`: none. Absent: there are no mappings. */
  readonly findMapped?: (claim: TokenClaim) => KeyFinding | Promise<KeyFinding>;
  /** Makes a claim stand for a key of somebody's, and gives that key; `unknown`: its mapping is switched off. */
  readonly registerMapped?: (claim: TokenClaim, owner: ClaimOwner) => Promise<KeyFinding>;
  /** Absent: tokens of an identity provider are not accepted. */
  readonly findIdentity?: (identity: Identity) => IdentityFinding | Promise<IdentityFinding>;
}

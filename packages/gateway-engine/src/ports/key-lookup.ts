import type { Budget, Caller, EndUserGrants } from './caller.ts';
import type { ClaimOwner, Identity, TokenClaim } from './token-lookup.ts';

/** What is known of a key: who has it, that nobody has, or that the database cannot say now. */
export type KeyFinding =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'database-down' };

/** `unknown`: nothing limits him. `nobody`: he is neither a customer nor a user, and only such are asked for. */
export type EndUserFinding =
  | { readonly kind: 'found'; readonly endUser: EndUserGrants }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'database-down' };

/** How a customer is looked for. */
export interface EndUserAsked {
  /** The budget that the key gives customers who have none of their own, before everybody's; undefined: it gives none. */
  readonly budgetId: string | undefined;
  /** Whoever is neither a customer nor a user is nobody, unless a budget is named for such. */
  readonly known: boolean;
}

/** Who is behind a token, once it was verified. */
export type IdentityFinding =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'database-down' };

/** What calls with a tag may cost, by its name. */
export type TagBudgets = ReadonlyMap<string, Budget>;

/** The same of model access groups: all that have a row, as their calls are counted also where no limit stands in it. */
export type AccessGroupBudgets = ReadonlyMap<string, Budget>;

/**
 * Who is behind a key. A value comes at once when it is known, which a hot key is; a promise means that the database is
 * asked. Neither ever rejects.
 */
export interface KeyLookup {
  /** By sha-256 of the whole key, hex: a key itself goes nowhere. */
  readonly find: (keyHash: string) => KeyFinding | Promise<KeyFinding>;
  readonly findEndUser: (id: string, asked?: EndUserAsked) => EndUserFinding | Promise<EndUserFinding>;
  /** What everybody together has spent; undefined while the database cannot say. Absent: nobody counts that. */
  readonly findProxyBudget?: () => Budget | undefined | Promise<Budget | undefined>;
  /** The tags that have a budget, by name; undefined while the database cannot say, which has them all go on. Absent: nobody counts that. */
  readonly findTagBudgets?: () => TagBudgets | undefined | Promise<TagBudgets | undefined>;
  /** The same of model access groups. */
  readonly findAccessGroupBudgets?: () => AccessGroupBudgets | undefined | Promise<AccessGroupBudgets | undefined>;
  /** The key that a claim of a token stands for; `unknown`: none. Absent: claims stand for none. */
  readonly findMapped?: (claim: TokenClaim) => KeyFinding | Promise<KeyFinding>;
  /** Makes a claim stand for a key of somebody's, and gives that key; `unknown`: its mapping is switched off. */
  readonly registerMapped?: (claim: TokenClaim, owner: ClaimOwner) => Promise<KeyFinding>;
  /** Absent: tokens of an identity provider let nobody in. */
  readonly findIdentity?: (identity: Identity) => IdentityFinding | Promise<IdentityFinding>;
}

import type { Caller, Role } from './caller.ts';

/** A role that tokens may have. */
export type TokenRole = 'proxy_admin' | 'team' | 'internal_user';

/** What the operator lets a role do. Source: `general_settings.role_permissions`. */
export interface RolePermissions {
  readonly role: TokenRole;
  /** Undefined: any. */
  readonly models: readonly string[] | undefined;
  /** Paths, starts of paths with `*` behind them, names of sets of routes; undefined: any. */
  readonly routes: readonly string[] | undefined;
}

/** What a token of an identity provider says of who has it, once it was verified. */
export interface Identity {
  readonly userId: string | undefined;
  readonly email: string | undefined;
  /** Teams whose member he may call as; the first that may have the call's model is asked. */
  readonly teamIds: readonly string[];
  /** What his team is called in the log of calls; absent: as its row says. */
  readonly teamAlias?: string;
  readonly organizationId: string | undefined;
  /** The customer he calls for. */
  readonly endUserId: string | undefined;
  /** May do what the proxy's admin may, on `allowedRoutes`. */
  readonly isAdmin: boolean;
  /** As in `Grants`. */
  readonly allowedRoutes: readonly string[];
  /** Undefined: what those he belongs to may; empty: none. */
  readonly models: readonly string[] | undefined;
  /** What his role may besides; undefined: what those he belongs to may. */
  readonly permissions: RolePermissions | undefined;
  /** A user that the database does not know is added to it. */
  readonly addsUser: boolean;
  /** One that it does not know is let in all the same; absent: refused. */
  readonly takesStrangers?: true;
  /** What whoever is believed says of his role, before his row; absent: nothing. */
  readonly role?: Role;
}

/** What a token says at one place. */
export interface TokenClaim {
  /** The path, as the configuration names it. */
  readonly name: string;
  readonly value: string;
  /** Of `litellm_jwtauth.issuers`, whose tokens say it; absent: one of all others. */
  readonly issuer?: string;
}

/** Whose a key is that is made for a claim, and what it may. */
export interface ClaimOwner {
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly organizationId: string | undefined;
  /** As in `Identity`. */
  readonly models: readonly string[] | undefined;
  readonly allowedRoutes: readonly string[];
  /** One that the owner has already will do. */
  readonly reusesKey: boolean;
  /** A key that is made is written down in the audit log. */
  readonly isAudited: boolean;
}

/**
 * The caller that a token admits, or why it admits none. `refused`: the token is not valid; `denied`: it is valid, but its owner may not
 * call.
 */
export type TokenFinding =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'refused' | 'denied'; readonly message: string }
  | { readonly kind: 'expired' }
  /** It cannot be checked now. `message`: why; absent: the keys of signatures cannot be fetched. */
  | { readonly kind: 'provider-down'; readonly message?: string }
  | { readonly kind: 'database-down' };

/** Who is behind a token. As with keys: a hot one comes at once. Never rejects. */
export interface TokenLookup {
  /** Whether what came as a key is a token that this look-up may be asked about. */
  readonly takes: (text: string) => boolean;
  readonly find: (token: string) => TokenFinding | Promise<TokenFinding>;
}

/** What becomes of a token whose claim stands for no key: it is what its claims say, is refused, or is given a key. */
export type UnmappedClaims = 'claims' | 'reject' | 'register';

/** `litellm_jwtauth`, resolved, as far as it is built. */
export interface TokenSettings extends IssuedTokens {
  /** Of those whose `issuer` a token names, the first holds for it, and nothing else that stands here. */
  readonly issuers: readonly IssuedTokens[];
}

/** How tokens are read. Fields are paths into a token's claims. */
export interface IssuedTokens {
  /** Key sets, or discovery documents that name one. Of JWT_PUBLIC_KEY_URL, unless an issuer has its own. */
  readonly keyUrls: readonly string[];
  /** JWT_AUDIENCE and JWT_ISSUER, or an issuer's own; undefined: any, as in the reference. */
  readonly audience: string | readonly string[] | undefined;
  readonly issuer: string | undefined;
  readonly keysFreshSeconds: number;
  /** How much longer the last keys hold while the provider cannot be reached. */
  readonly keysStaleSeconds: number;
  readonly adminScope: string;
  readonly adminRoutes: readonly string[];
  readonly teamRoutes: readonly string[];
  readonly userIdField: string | undefined;
  readonly emailField: string | undefined;
  readonly emailDomain: string | undefined;
  readonly teamIdField: string | undefined;
  readonly teamIdsField: string | undefined;
  readonly teamIdDefault: string | undefined;
  readonly organizationIdField: string | undefined;
  readonly endUserIdField: string | undefined;
  readonly objectIdField: string | undefined;
  readonly userRolesField: string | undefined;
  readonly userRoles: readonly string[];
  readonly rolesField: string | undefined;
  readonly roleMappings: readonly { readonly role: string; readonly internalRole: string }[];
  readonly enforcesRoles: boolean;
  /** A caller who is neither a user nor of a team is refused. */
  readonly enforcesIds: boolean;
  /** By role, where roles are enforced. */
  readonly permissions: readonly RolePermissions[];
  /** Undefined: scopes say nothing about models. */
  readonly scopeMappings: readonly { readonly scope: string; readonly models: readonly string[] }[] | undefined;
  readonly enforcesTeams: boolean;
  readonly addsUsers: boolean;
  /** What stands there may stand for a virtual key; undefined: nothing does. */
  readonly keyField: string | undefined;
  readonly unmapped: UnmappedClaims;
  /** A user who already has a key is not given a new one. */
  readonly reusesKeys: boolean;
}

/** `general_settings.enable_oauth2_auth` and its variables: a server that knows tokens. */
export interface OauthSettings {
  /** OAUTH_TOKEN_INFO_ENDPOINT */
  readonly endpoint: string;
  /** By whose credentials tokens are introspected (RFC 7662); undefined: the endpoint is asked with the token itself. */
  readonly client: { readonly id: string; readonly secret: string } | undefined;
  /** Members of its answer. */
  readonly userIdField: string;
  readonly roleField: string;
  readonly teamIdField: string;
}

/** What a proxy in front may say of a caller. */
export type ProxyField = 'user_id' | 'user_email' | 'team_id' | 'team_alias' | 'org_id' | 'models';

/** `general_settings.enable_oauth2_proxy_auth`: a proxy in front that says who calls. */
export interface ProxyIdentitySettings {
  /** `trusted_proxy_ranges`: addresses, and ranges of them, whose headers are believed. */
  readonly ranges: readonly string[];
  /** `oauth2_config_mappings`: header by field, in lower case. */
  readonly headers: Readonly<Partial<Record<ProxyField, string>>>;
}

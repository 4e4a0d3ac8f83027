import type { JsonObject } from '@stagegate/core-transforms';
import type { RateLimit, RateLimits } from './rate-limits.ts';
import type { FailurePolicy } from './router-settings.ts';
import type { SpendWindow } from './spending.ts';
import type { RolePermissions } from './token-lookup.ts';
import type { SumWindow } from './window-sums.ts';

/** Roles of users, by the reference's names. `team` and `customer` exist only for tokens of an identity provider. */
export const ROLES = [
  'proxy_admin',
  'proxy_admin_viewer',
  'org_admin',
  'internal_user',
  'internal_user_viewer',
  'team',
  'customer',
] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may use a route: anybody without a key (`open`), everybody with a valid key (`caller`), or the proxy's admin and the named roles.
 * What a caller may see or change inside is the route's own business.
 */
export type RouteAccess = 'open' | 'caller' | readonly Role[];

/** What was spent and what may be spent, in USD, as the database has it. */
export interface Budget {
  readonly spend: number;
  /** Of it, without what is set aside for calls that run; absent: all of it. */
  readonly charged?: number;
  /** Undefined: no limit. */
  readonly max: number | undefined;
  /** True: what all instances have spent of it is known at once, because they tell each other; absent: only as the rows are read. */
  readonly shared?: boolean;
}

/** What calls to one model may cost in a window of time; the spend is the window's sum. */
export interface ModelBudget {
  readonly window: SumWindow;
  readonly budget: Budget;
}

/** Budgets by model, under the names in the row. Absent where there are none. */
export type ModelBudgets = ReadonlyMap<string, ModelBudget>;

/** What may be spent in one of several windows. */
export interface WindowGrants {
  readonly window: SpendWindow;
  readonly budget: Budget;
}

/** What a member may do within a team. */
export interface MemberGrants {
  /** Empty: whatever the team may. */
  readonly models: readonly string[];
  readonly budget: Budget;
  /** The budget is the one that members without their own share. */
  readonly sharesBudget?: true;
}

export interface TeamGrants {
  readonly id: string;
  readonly alias: string | undefined;
  readonly blocked: boolean;
  /** Names, patterns with `*`, access groups, and the special names; empty: every model. */
  readonly models: readonly string[];
  /** Alias → model. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Models of the access groups in the database that the team is in. */
  readonly accessGroupModels: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** `budget_limits`; absent: none. */
  readonly windows?: readonly WindowGrants[];
  /** `metadata.priority`; absent: its keys' own. */
  readonly priority?: string;
  /** True: the key names this team, but it no longer exists. */
  readonly lost: boolean;
  /** The key's user as a member; undefined when there is none, or he is no member. */
  readonly member: MemberGrants | undefined;
}

export interface UserGrants {
  readonly id: string;
  readonly models: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** Deactivated by the identity provider. */
  readonly deactivated: boolean;
}

export interface ProjectGrants {
  readonly id: string;
  readonly blocked: boolean;
  readonly models: readonly string[];
  readonly budget: Budget;
}

export interface OrganizationGrants {
  readonly id: string;
  /** Decides which model access groups its keys' calls are charged to. It limits nothing. */
  readonly models: readonly string[];
  readonly budget: Budget;
}

/** A tag of a call that has a budget. */
export interface TagGrants {
  readonly name: string;
  readonly budget: Budget;
}

/** A model access group that lets a call in and has a budget row. */
export interface AccessGroupGrants {
  readonly name: string;
  readonly budget: Budget;
}

/** A customer, on whose behalf a caller calls: the `user` of a body, or a header. The reference also says end user. */
export interface EndUserGrants {
  readonly id: string;
  readonly blocked: boolean;
  readonly models: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** Absent: no limit. */
  readonly rates?: RateLimit;
  /** `allowed_model_region`: only deployments of that region may answer; absent: any. */
  readonly region?: string;
  /** As in `Grants`. */
  readonly unenforced: readonly string[];
}

/** What a key, its team and its project tell the router for all of their calls. */
export interface CallerRouting {
  /** The tags of the key, the team and the project, in this order. Each call has them beside its own. */
  readonly tags: readonly string[];
  /** `router_settings` of the key, else of the team. A call's own wishes come first. */
  readonly settings: JsonObject;
  /** Whether the settings name fallbacks. */
  readonly namesFallbacks: boolean;
  /** `disable_fallbacks` of the key's metadata, which overrides the call; undefined: the call decides. */
  readonly fallbacksOff: boolean | undefined;
  /** True: calls are routed by tags, whatever the configuration says. */
  readonly tagFiltering: boolean;
  /** `model_group_retry_policy` of the settings; replaces the configuration's. */
  readonly groupRetryPolicies: ReadonlyMap<string, FailurePolicy> | undefined;
  /** `weights` of the settings: by group, the share of each deployment by id. A deployment that is not named has none. */
  readonly weights: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;
}

/** What a virtual key, and everybody it belongs to, allows. */
export interface Grants {
  readonly blocked: boolean;
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresMs: number | undefined;
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  /** `model_group_alias` of the key's or the team's `router_settings`, before any other alias; absent: none. */
  readonly routerAliases?: Readonly<Record<string, string>>;
  /** Paths, prefixes, patterns with a `*` at the end, and the reference's names of groups; empty: every route of the role. */
  readonly allowedRoutes: readonly string[];
  /** Models of the access groups in the database that the key names. */
  readonly accessGroupModels: readonly string[];
  /** The models of those of them that are assigned to the key or its team: these also widen what the team may. */
  readonly ownedGroupModels: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** `budget_fallbacks`: by model, which to use instead, in order, once its budget in `modelBudgets` is spent; absent: none. */
  readonly budgetFallbacks?: ReadonlyMap<string, readonly string[]>;
  /** `budget_limits`; absent: none. */
  readonly windows?: readonly WindowGrants[];
  readonly team: TeamGrants | undefined;
  readonly user: UserGrants | undefined;
  readonly project: ProjectGrants | undefined;
  readonly organization: OrganizationGrants | undefined;
  /** Rate limits; absent: none. */
  readonly rates?: RateLimits;
  /**
   * Limits in the rows that Stagegate does not enforce yet and that the operator has not agreed to do without: `key.policies`,
   * `team.metadata.guardrails` …
   */
  readonly unenforced: readonly string[];
}

/** Who makes a call. Made once per look-up, shared by all calls of a key, never changed. */
export interface Caller {
  /** `anyone`: without a master key, callers are not identified. */
  readonly kind: 'anyone' | 'master-key' | 'virtual-key' | 'jwt';
  /**
   * The sha-256 of the whole key, in hex, which stands for it in rows, records and logs. The master key has the reference's alias instead.
   */
  readonly keyHash: string | undefined;
  /** `sk-...` and the last four characters. */
  readonly keyName: string | undefined;
  readonly keyAlias: string | undefined;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
  /** The role of the key's user; undefined for a key without a user, or of a team. */
  readonly role: Role | undefined;
  /** Organisations that the caller's user administers. */
  readonly adminOf: readonly string[];
  /** The key's metadata: the caller's own notes (tags among them), never a secret. */
  readonly metadata: JsonObject;
  /** Absent: nothing. */
  readonly routing?: CallerRouting | undefined;
  /** Undefined: everything is allowed. */
  readonly grants: Grants | undefined;
  /** What the operator allows the role of a token; absent: he says nothing of it. */
  readonly permissions?: RolePermissions;
  /** True: the rows could not be read again in time, and lack what others have spent since. */
  readonly stale?: true;
  /** The customer whom he calls for, whatever a call says; absent: the call says it. */
  readonly endUserId?: string;
  /** The same person as a member of his other teams, tried in turn for a model that this one may not use. */
  readonly others?: readonly Caller[];
}

const NOBODY = {
  keyHash: undefined,
  keyName: undefined,
  keyAlias: undefined,
  userId: undefined,
  teamId: undefined,
  organizationId: undefined,
  projectId: undefined,
  adminOf: [],
  metadata: {},
  grants: undefined,
} as const;

/** The caller of a gateway without a master key, as the reference treats him. */
export const ANYONE: Caller = { ...NOBODY, kind: 'anyone', role: 'internal_user' };

/** The holder of the master key, by the names that the reference writes into its rows. */
export const MASTER: Caller = {
  ...NOBODY,
  kind: 'master-key',
  keyHash: 'litellm_proxy_master_key',
  userId: 'default_user_id',
  role: 'proxy_admin',
};

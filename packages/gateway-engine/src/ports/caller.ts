import type { JsonObject } from '@stagegate/core-transforms';
import type { RateLimit, RateLimits } from './rate-limits.ts';
import type { FailurePolicy } from './router-settings.ts';
import type { SpendWindow } from './spending.ts';
import type { RolePermissions } from './token-lookup.ts';
import type { SumWindow } from './window-sums.ts';

/** What a user is, in the reference's words. `team` and `customer` come with tokens of an identity provider alone. */
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
 * Who may enter a route: nobody is asked (`open`), everybody with a key that holds (`caller`), or the proxy's admin and the
 * roles that are named. What a caller may see or change inside is the route's own business.
 */
export type RouteAccess = 'open' | 'caller' | readonly Role[];

/** What was spent and what may be, in USD; as the database has it. */
export interface Budget {
  readonly spend: number;
  /** Undefined: no limit. */
  readonly max: number | undefined;
  /** What all instances have spent of it is known by what they tell each other now; absent: by the rows alone. */
  readonly shared?: boolean;
}

/** What calls to one model may cost within a time; the budget's spend is what the sum says. */
export interface ModelBudget {
  readonly window: SumWindow;
  readonly budget: Budget;
}

/** Budgets by model, by the names that stand in a row. Absent where there are none. */
export type ModelBudgets = ReadonlyMap<string, ModelBudget>;

/** What may be spent in one of several windows. */
export interface WindowGrants {
  readonly window: SpendWindow;
  readonly budget: Budget;
}

/** What a member may do within a team. */
export interface MemberGrants {
  /** Empty: what the team may. */
  readonly models: readonly string[];
  readonly budget: Budget;
  /** It is the one that members without their own share. */
  readonly sharesBudget?: true;
}

export interface TeamGrants {
  readonly id: string;
  readonly alias: string | undefined;
  readonly blocked: boolean;
  /** Names, patterns with `*`, access groups, and the special names; empty: every model. */
  readonly models: readonly string[];
  /** Asked-for name → model. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Models of the access groups in the database that the team is in. */
  readonly accessGroupModels: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** `budget_limits`; absent: none. */
  readonly windows?: readonly WindowGrants[];
  /** `metadata.priority`; absent: its keys' own. */
  readonly priority?: string;
  /** The key says so, but there is no such team any more. */
  readonly lost: boolean;
  /** Of the key's user; undefined when there is none, or no member of the team. */
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
  /** Says which model access groups its keys' calls take money of; limits nobody. */
  readonly models: readonly string[];
  readonly budget: Budget;
}

/** A tag of a call that may not cost any amount. */
export interface TagGrants {
  readonly name: string;
  readonly budget: Budget;
}

/** A model access group that lets a caller make a call, and that has a row of its own for money. */
export interface AccessGroupGrants {
  readonly name: string;
  readonly budget: Budget;
}

/** Who asks through a caller: `user` of a body, or a header. A customer, in the reference's other word. */
export interface EndUserGrants {
  readonly id: string;
  readonly blocked: boolean;
  readonly models: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** Absent: as often as he likes. */
  readonly rates?: RateLimit;
  /** `allowed_model_region`: the only region whose deployments answer him; absent: any. */
  readonly region?: string;
  /** As in `Grants`. */
  readonly unenforced: readonly string[];
}

/** What a key, its team and its project say to the router of all their calls. */
export interface CallerRouting {
  /** Of the key, the team and the project, in this order: each call has them beside its own. */
  readonly tags: readonly string[];
  /** `router_settings` of the key, else of the team: what a call says of the same itself comes first. */
  readonly settings: JsonObject;
  /** Whether they name groups to fall back on. */
  readonly namesFallbacks: boolean;
  /** `disable_fallbacks` of the key's metadata: whatever a call says; undefined: as it says. */
  readonly fallbacksOff: boolean | undefined;
  /** Of the settings: tags lead to deployments, whatever the configuration says. */
  readonly tagFiltering: boolean;
  /** `model_group_retry_policy` of the settings, in place of the configuration's. */
  readonly groupRetryPolicies: ReadonlyMap<string, FailurePolicy> | undefined;
  /** `weights` of the settings: by group, each deployment's share by its id; who is not named has none. */
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
  /** Paths, prefixes, patterns ending in `*`, and the reference's group names; empty: every route of the role. */
  readonly allowedRoutes: readonly string[];
  /** Models of the access groups in the database that the key names. */
  readonly accessGroupModels: readonly string[];
  /** Of those groups, the models of the ones that are assigned to the key or its team: they also widen what the team may. */
  readonly ownedGroupModels: readonly string[];
  readonly budget: Budget;
  readonly modelBudgets?: ModelBudgets;
  /** `budget_fallbacks`: by model, those to ask in its place, in order, once `modelBudgets` are spent for it; absent: none. */
  readonly budgetFallbacks?: ReadonlyMap<string, readonly string[]>;
  /** `budget_limits`; absent: none. */
  readonly windows?: readonly WindowGrants[];
  readonly team: TeamGrants | undefined;
  readonly user: UserGrants | undefined;
  readonly project: ProjectGrants | undefined;
  readonly organization: OrganizationGrants | undefined;
  /** How often, how much and how many at once; absent: no limit. */
  readonly rates?: RateLimits;
  /** Limits that stand in the rows, that Stagegate does not enforce yet, and that nobody said to do without: `key.policies`, `team.metadata.guardrails` … */
  readonly unenforced: readonly string[];
}

/** Who makes a call. Compiled once per look-up, shared by all calls of a key, never changed. */
export interface Caller {
  /** `anyone`: a gateway without a master key asks nobody who they are. */
  readonly kind: 'anyone' | 'master-key' | 'virtual-key' | 'jwt';
  /** sha-256 of the whole key, hex: what stands for it in rows, records and logs. The master key has the reference's alias instead. */
  readonly keyHash: string | undefined;
  /** `sk-...` and the last four characters. */
  readonly keyName: string | undefined;
  readonly keyAlias: string | undefined;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
  /** Of the key's user; undefined for a key of nobody, or of a team. */
  readonly role: Role | undefined;
  /** Organisations the caller's user administers. */
  readonly adminOf: readonly string[];
  /** Of the key; the caller's own notes (tags among them), never a secret. */
  readonly metadata: JsonObject;
  /** Absent: nothing. */
  readonly routing?: CallerRouting | undefined;
  /** Undefined: everything is allowed. */
  readonly grants: Grants | undefined;
  /** Of a token's role; absent: the operator says nothing of it. */
  readonly permissions?: RolePermissions;
  /** His rows could not be read again in time: what others have spent since is not in them. Absent: they were. */
  readonly stale?: true;
  /** The customer he calls for, whatever a call says; absent: the call says it. */
  readonly endUserId?: string;
  /** The same person as a member of his other teams: asked in turn for a model that this one may not call. */
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

/** The caller of a gateway that has no master key, as the reference treats it. */
export const ANYONE: Caller = { ...NOBODY, kind: 'anyone', role: 'internal_user' };

/** Whoever has the master key. Names as the reference writes them into its rows. */
export const MASTER: Caller = {
  ...NOBODY,
  kind: 'master-key',
  keyHash: 'litellm_proxy_master_key',
  userId: 'default_user_id',
  role: 'proxy_admin',
};

import type {
  AccessGroupRow,
  BudgetRow,
  EndUserRow,
  OrganizationMembershipRow,
  OrganizationRow,
  ProjectRow,
  TeamMembershipRow,
  TeamRow,
  UserRow,
  VerificationTokenRow,
} from '../schema/index.ts';
import type {
  END_USER_COLUMNS,
  KEY_COLUMNS,
  ORGANIZATION_COLUMNS,
  PROJECT_COLUMNS,
  TEAM_COLUMNS,
  USER_COLUMNS,
  BudgetColumn,
} from './columns.ts';
import type { WindowSpendRow } from './window-spend.ts';

/** The columns that are read of a budget. */
export type BudgetRows = Pick<BudgetRow, BudgetColumn>;

/** The columns that are read of an access group. */
export type AccessGroupRows = Pick<AccessGroupRow, 'access_group_id' | 'access_model_names' | 'assigned_team_ids' | 'assigned_key_ids'>;

/** What is read of a key and of its owners; null where it has none of a kind. */
export interface KeyRows {
  readonly key: Pick<VerificationTokenRow, keyof typeof KEY_COLUMNS>;
  readonly keyBudget: BudgetRows | null;
  readonly team: Pick<TeamRow, keyof typeof TEAM_COLUMNS> | null;
  readonly teamAliases: { readonly aliases: unknown } | null;
  readonly member: Pick<TeamMembershipRow, 'spend' | 'budget_id'> | null;
  readonly memberBudget: BudgetRows | null;
  readonly user: Pick<UserRow, keyof typeof USER_COLUMNS> | null;
  readonly project: Pick<ProjectRow, keyof typeof PROJECT_COLUMNS> | null;
  readonly projectBudget: BudgetRows | null;
  readonly organization: Pick<OrganizationRow, keyof typeof ORGANIZATION_COLUMNS> | null;
  readonly organizationBudget: BudgetRows | null;
  /** The access groups of the key or its team. */
  readonly groups: readonly AccessGroupRows[];
  /** The budget of team members without one of their own; absent: there is none, or it was not read. */
  readonly sharedBudget?: BudgetRows | undefined;
  /** The windows of the key's and the team's `budget_limits`; absent: they were not read. */
  readonly windows?: readonly WindowSpendRow[];
  /** Organisations of the key's user. */
  readonly memberships: readonly Pick<OrganizationMembershipRow, 'organization_id' | 'user_role'>[];
}

/** The rows that are read of a customer. */
export interface EndUserRows {
  readonly endUser: Pick<EndUserRow, keyof typeof END_USER_COLUMNS>;
  readonly budget: BudgetRows | null;
}

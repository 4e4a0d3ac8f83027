// Relations of rows, which the reference shows as null where it does not read them. Source: LiteLLM 1.106.2, answers of its proxy.

/** Of a key. */
export const KEY_RELATIONS = {
  litellm_budget_table: null,
  litellm_organization_table: null,
  litellm_project_table: null,
  object_permission: null,
  jwt_key_mappings: null,
} as const;

/** Of a team. */
export const TEAM_RELATIONS = {
  litellm_organization_table: null,
  litellm_model_table: null,
  object_permission: null,
  projects: null,
} as const;

/** Of a team, where it is shown without organisation and projects. */
export const OWN_TEAM_RELATIONS = { litellm_model_table: null, object_permission: null } as const;

/** Of a user. */
export const USER_RELATIONS = {
  verified_subjects: null,
  litellm_organization_table: null,
  organization_memberships: null,
  invitations_created: null,
  invitations_updated: null,
  invitations_user: null,
  object_permission: null,
} as const;

/** Of a user in a list, or who has joined a team. */
export const LISTED_USER_RELATIONS = { organization_memberships: null, object_permission: null } as const;

/** Of a budget. */
export const BUDGET_RELATIONS = {
  organization: null,
  projects: null,
  keys: null,
  end_users: null,
  tags: null,
  model_access_groups: null,
  team_membership: null,
  organization_membership: null,
} as const;

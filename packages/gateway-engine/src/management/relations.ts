/**
 * Relations of rows, which the reference shows as null where it does not read them. Source: LiteLLM 1.106.2, answers of its proxy.
 */
function unread<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, null>> {
  return Object.fromEntries(names.map((name) => [name, null])) as Record<Name, null>;
}

/** Of a key. */
export const KEY_RELATIONS = unread(
  'litellm_budget_table',
  'litellm_organization_table',
  'litellm_project_table',
  'object_permission',
  'jwt_key_mappings',
);

/** Of a team. */
export const TEAM_RELATIONS = unread('litellm_organization_table', 'litellm_model_table', 'object_permission', 'projects');

/** Of a team, where it is shown without organisation and projects. */
export const OWN_TEAM_RELATIONS = unread('litellm_model_table', 'object_permission');

/** Of a user. */
export const USER_RELATIONS = unread(
  'verified_subjects',
  'litellm_organization_table',
  'organization_memberships',
  'invitations_created',
  'invitations_updated',
  'invitations_user',
  'object_permission',
);

/** Of a user in a list, or who has joined a team. */
export const LISTED_USER_RELATIONS = unread('organization_memberships', 'object_permission');

/** Of a budget. */
export const BUDGET_RELATIONS = unread(
  'organization',
  'projects',
  'keys',
  'end_users',
  'tags',
  'model_access_groups',
  'team_membership',
  'organization_membership',
);

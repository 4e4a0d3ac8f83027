import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { OrganizationRow } from '../../store/index.ts';
import { BUDGET_FIELDS } from '../budget-fields.ts';
import { withMembersOf } from '../metadata.ts';
import { type Fields } from '../read-fields.ts';

/** Members that are kept in `metadata` even when they are sent beside it. */
const METADATA_FIELDS: Fields = { model_rpm_limit: 'object', model_tpm_limit: 'object', tags: 'texts', guardrails: 'texts' };

/** The members of an organisation in a body; its limits are those of a budget. */
export const ORGANIZATION_FIELDS: Fields = {
  ...BUDGET_FIELDS,
  ...METADATA_FIELDS,
  organization_alias: 'text',
  models: 'texts',
  metadata: 'object',
};

/** The members that an organisation's own admin may change: none that limits it. */
export const ORGANIZATION_ADMIN_FIELDS: ReadonlySet<string> = words('organization_id organization_alias tags');

/** The columns of an organisation that were sent; metadata is merged into what there is. */
export function toOrganizationColumns(fields: JsonObject, existing: JsonObject): Partial<OrganizationRow> {
  const { organization_alias: alias, models, metadata } = fields;
  return {
    ...(typeof alias === 'string' && { organization_alias: alias }),
    ...(models !== undefined && { models: Array.isArray(models) ? models.map(String) : [] }),
    metadata: withMembersOf(Object.keys(METADATA_FIELDS), fields, { ...existing, ...(isObject(metadata) ? metadata : {}) }),
  };
}

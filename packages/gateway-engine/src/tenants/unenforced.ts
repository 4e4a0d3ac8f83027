import { readWindows } from './budget-windows.ts';
import type { BudgetRows, KeyRows } from '../store/index.ts';

/**
 * Budgets are built (auth/budgets.ts; by model where the reference holds them, for keys, teams, users and customers: auth/model-budgets.ts), and limits per minute and at once (to-rates.ts). `tpd_limit` limits nothing but batches, in the
 * reference too (proxy/hooks/batch_rate_limiter.py), and there are none.
 */

/** Columns with limits or guards: any value but an empty one asks for something. */
const BY_NAME = ['policies'] as const;

/** The same for members of `metadata`. Source: LiteLLM 1.106.2, what it reads of a key's or a team's metadata. */
const IN_METADATA = ['allowed_tools', 'enforced_params', 'guardrails', 'model_itpm_limit', 'model_otpm_limit', 'tag_rpm_limit'] as const;

/** Those of them that hold in a key's metadata (auth/enforced-params.ts, limits/find-rates.ts). */
const HELD_OF_KEYS: ReadonlySet<string> = new Set(['enforced_params', 'tag_rpm_limit']);

/** Members of `metadata` whose value `dynamic` holds a limit only while a model fails. Other values hold always, as limits do here. */
const LIMIT_TYPES = ['rpm_limit_type', 'tpm_limit_type'] as const;

/** The limits in a key's rows that nothing enforces yet, by their place: `key.rpm_limit`, `team.metadata.guardrails`. */
export function findUnenforced(rows: KeyRows): readonly string[] {
  return [
    ...limitsOf('key', rows.key),
    ...limitsOf('key', rows.keyBudget),
    ...limitsOf('team', rows.team),
    ...limitsOf('team_member', rows.memberBudget),
    ...limitsOf('user', rows.user),
    ...limitsOf('project', rows.project),
    ...limitsOf('project', rows.projectBudget),
    ...limitsOf('organization', rows.organizationBudget),
  ];
}

/** The same for a customer's rows. */
export function findUnenforcedOfEndUser(budget: BudgetRows | null): readonly string[] {
  return limitsOf('end_user', budget);
}

function limitsOf(owner: string, row: object | null): readonly string[] {
  if (row === null) return [];
  const columns = new Map<string, unknown>(Object.entries(row));
  const metadata = columns.get('metadata');
  const inMetadata = typeof metadata === 'object' && metadata !== null ? new Map<string, unknown>(Object.entries(metadata)) : new Map();
  // If one window cannot be read, none is enforced.
  const windows = readWindows('key', '', columns.get('budget_limits'), 0) === undefined ? ['budget_limits'] : [];
  return [
    ...windows,
    ...BY_NAME.filter((name) => isFilled(columns.get(name))),
    ...IN_METADATA.filter((name) => !(owner === 'key' && HELD_OF_KEYS.has(name)) && isFilled(inMetadata.get(name))).map(
      (name) => `metadata.${name}`,
    ),
    ...LIMIT_TYPES.filter((name) => inMetadata.get(name) === 'dynamic').map((name) => `metadata.${name}`),
  ].map((name) => `${owner}.${name}`);
}

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

import { is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';
import * as schema from '../schema/index.ts';

/** How a database differs from the one that this gateway knows. */
export interface Drift {
  /** `table` or `table.column`, of those in use. */
  readonly missing: readonly MissingPart[];
  /** Of LiteLLM's migrations, those that the database was not given. */
  readonly missingMigrations: readonly string[];
  /** Those it was given and that are newer than this gateway. */
  readonly newerMigrations: readonly string[];
}

/** Something that is used and not there. */
export interface MissingPart {
  readonly name: string;
  /** What does not work without it. */
  readonly feature: string;
}

/** What each table is for, as people call it. */
const FEATURES: Readonly<Record<string, string>> = {
  LiteLLM_VerificationToken: 'virtual keys',
  LiteLLM_DeprecatedVerificationToken: 'the grace time of rotated keys',
  LiteLLM_JWTKeyMapping: 'tokens that stand for a key',
  LiteLLM_DeletedVerificationToken: 'the list of deleted keys',
  LiteLLM_DeletedTeamTable: 'the list of deleted teams',
  LiteLLM_TeamTable: 'teams',
  LiteLLM_TeamMembership: 'budgets of team members',
  LiteLLM_ProjectTable: 'projects',
  LiteLLM_ModelTable: 'model aliases of teams',
  LiteLLM_OrganizationTable: 'organisations',
  LiteLLM_OrganizationMembership: 'members of organisations',
  LiteLLM_UserTable: 'users',
  LiteLLM_EndUserTable: 'customers',
  LiteLLM_HealthCheckTable: 'the history of health checks',
  LiteLLM_InvitationLink: 'invitations',
  LiteLLM_BudgetTable: 'budgets',
  LiteLLM_BudgetWindowSpend: 'budgets with several windows',
  LiteLLM_ModelAccessGroupBudgetTable: 'budgets of model access groups',
  LiteLLM_ObjectPermissionTable: 'permissions for tools and stores',
  LiteLLM_AccessGroupTable: 'access groups',
  LiteLLM_SpendLogs: 'the log of what was spent',
  LiteLLM_DailyUserSpend: 'what users spent, day by day',
  LiteLLM_DailyTeamSpend: 'what teams spent, day by day',
  LiteLLM_DailyOrganizationSpend: 'what organisations spent, day by day',
  LiteLLM_DailyEndUserSpend: 'what customers spent, day by day',
  LiteLLM_DailyTagSpend: 'what was spent by tag, day by day',
  LiteLLM_TagTable: 'tags',
  LiteLLM_ProxyModelTable: 'models added at run time',
  LiteLLM_CredentialsTable: 'named credentials',
  LiteLLM_Config: 'settings kept in the database',
  LiteLLM_ConfigOverrides: 'settings kept in the database',
  LiteLLM_UISettings: 'settings of the admin page',
  LiteLLM_AuditLog: 'the audit log',
};

/**
 * Looks at a database without changing it.
 *
 * errors: throws what the driver throws.
 * cost:   two queries.
 */
export async function findDrift(database: Database): Promise<Drift> {
  const columns = await database.execute<{ table: string; name: string }>(sql`
    SELECT c.relname AS table, a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`);
  const there = new Set(columns.flatMap(({ table, name }) => [table, `${table}.${name}`]));
  const missing = Object.values(schema).flatMap((table) => (is(table, PgTable) ? missingOf(table, there) : []));
  const { LITELLM_MIGRATIONS } = await import('./tables.generated.ts');
  const known = Object.keys(LITELLM_MIGRATIONS);
  const applied = there.has('_prisma_migrations') ? await readApplied(database) : undefined;
  return {
    missing,
    missingMigrations: applied === undefined ? [] : known.filter((name) => !applied.has(name)),
    newerMigrations: [...(applied ?? [])].filter((name) => name > (known.at(-1) ?? '')),
  };
}

function missingOf(table: PgTable, there: ReadonlySet<string>): readonly MissingPart[] {
  const { name, columns } = getTableConfig(table);
  const feature = FEATURES[name] ?? name;
  if (!there.has(name)) return [{ name, feature }];
  return columns.map((column) => `${name}.${column.name}`).flatMap((path) => (there.has(path) ? [] : [{ name: path, feature }]));
}

async function readApplied(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.execute<{ name: string }>(
    sql`SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** The same for people, a line each; nothing when there is nothing to say. */
export function wordDrift({ missing, missingMigrations, newerMigrations }: Drift): readonly string[] {
  const features = [...new Set(missing.map(({ feature }) => feature))];
  const lines = features.map((feature) => {
    const names = missing.filter((part) => part.feature === feature).map(({ name }) => name);
    return `the database lacks ${names.join(', ')}: ${feature} will not work`;
  });
  if (missingMigrations.length > 0) {
    const first = missingMigrations.slice(0, 3).join(', ');
    const rest = missingMigrations.length > 3 ? ` and ${missingMigrations.length - 3} more` : '';
    lines.push(`the database was not given LiteLLM's migrations ${first}${rest}: let LiteLLM 1.106.2 or newer migrate it`);
  }
  if (newerMigrations.length > 0) {
    lines.push(`the database is newer than this gateway: it has ${newerMigrations.length} migrations after those of LiteLLM 1.106.2`);
  }
  return lines;
}

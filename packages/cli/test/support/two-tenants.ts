import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import type { JsonObject } from '@stagegate/core-transforms';
import { configFor, startGateway } from './gateway.ts';
import { callerOf, type ManagedDatabase } from './managed-gateway.ts';

/** Everything of the second tenant has this in its id. */
export const OTHER = 'zzb';
/** And this in what it says: nobody of the first may read it. */
export const CANARY = 'canary-of-the-other-tenant';

/** The keys of one tenant, by who has them: the admin of its team, a member, and the team itself. */
export interface TenantKeys {
  readonly boss: string;
  readonly member: string;
  readonly team: string;
}

/** Two tenants who share a gateway and nothing else: an organisation, a team, users, keys, a project, a customer and more of each. */
export interface TwoTenants {
  readonly keys: Readonly<Record<'zza' | 'zzb', TenantKeys>>;
  /** The second one's ids, by what a request may call them. */
  readonly ids: JsonObject;
}

type Make = (path: string, body: JsonObject) => Promise<JsonObject>;

/** Makes them, over HTTP. */
export async function makeTwoTenants(database: ManagedDatabase): Promise<TwoTenants> {
  const gateway = await startGateway('hono', configFor('http://127.0.0.1:9'), database);
  const api = callerOf(gateway.url);
  const make: Make = async (path, body) => {
    const answer = await api('POST', path, body);
    if (answer.status !== 200 && answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  try {
    const keys = { zza: await makeTenant(make, 'zza'), zzb: await makeTenant(make, OTHER) };
    return { keys, ids: idsOf(keys.zzb) };
  } finally {
    await gateway.close();
  }
}

async function makeTenant(make: Make, id: string): Promise<TenantKeys> {
  const says = id === OTHER ? CANARY : 'nothing';
  const note = { metadata: { note: says } };
  await make('/organization/new', { organization_id: `${id}-org`, organization_alias: `${says}-org`, models: ['chat'], ...note });
  for (const user of ['boss', 'member']) {
    const email = `${user}@${says}.example`;
    await make('/user/new', { user_id: `${id}-${user}`, user_email: email, user_role: 'internal_user', auto_create_key: false, ...note });
  }
  const members = [
    { role: 'admin', user_id: `${id}-boss` },
    { role: 'user', user_id: `${id}-member` },
  ];
  await make('/team/new', { team_id: `${id}-team`, team_alias: `${says}-team`, models: ['chat'], members_with_roles: members, ...note });
  await make('/project/new', { project_id: `${id}-project`, project_alias: `${says}-project`, team_id: `${id}-team`, ...note });
  await make('/budget/new', { budget_id: `${id}-budget`, max_budget: 5 });
  await make('/customer/new', { user_id: `${id}-customer`, alias: `${says}-customer` });
  await make('/tag/new', { name: `${id}-tag`, description: `${says}-tag` });
  const credential = { credential_values: { api_key: says }, credential_info: { note: says } };
  await make('/credentials', { credential_name: `${id}-credential`, ...credential });
  const key = async (more: JsonObject): Promise<string> =>
    String((await make('/key/generate', { models: ['chat'], ...note, ...more }))['key']);
  return {
    boss: await key({ user_id: `${id}-boss`, key_alias: `${says}-boss` }),
    member: await key({ user_id: `${id}-member`, key_alias: `${says}-member` }),
    team: await key({ team_id: `${id}-team`, key_alias: `${says}-team` }),
  };
}

function idsOf({ member }: TenantKeys): JsonObject {
  return {
    key: hashKey(member),
    keys: [member],
    key_ids: [member],
    team_id: 'zzb-team',
    team_ids: ['zzb-team'],
    user_id: 'zzb-member',
    user_ids: ['zzb-member', 'zzb-customer'],
    organization_id: 'zzb-org',
    organization_ids: ['zzb-org'],
    organizations: ['zzb-org'],
    project_id: 'zzb-project',
    project_ids: ['zzb-project'],
    budget_id: 'zzb-budget',
    budgets: ['zzb-budget'],
    id: 'zzb-budget',
    end_user_id: 'zzb-customer',
    name: 'zzb-tag',
    names: ['zzb-tag'],
    credential_name: 'zzb-credential',
    // What changes need beside a name.
    team_member_permissions: ['/key/list'],
    permissions: ['/key/list'],
    member: [{ role: 'admin', user_id: 'zza-boss' }],
    members: [{ role: 'admin', user_id: 'zza-boss' }],
    update_fields: { rpm_limit: 1 },
    reset_to: 0,
  };
}

/** Rows by table and place, without what a mere look changes. */
export type Snapshot = Readonly<Record<string, readonly JsonObject[]>>;

const LISTED = {
  users: 'user_id',
  teams: 'team_id',
  keys: 'token',
  organizations: 'organization_id',
  organizationMemberships: 'user_id',
  teamMemberships: 'user_id',
  endUsers: 'user_id',
  budgets: 'budget_id',
  projects: 'project_id',
  tags: 'tag_name',
  credentials: 'credential_name',
} as const;

/** What the database holds of tenants now. */
export async function takeSnapshot({ ask }: ManagedDatabase): Promise<Snapshot> {
  const taken = await ask((connection) =>
    Promise.all(
      Object.entries(LISTED).map(async ([name, sortBy]) => {
        const rows = await tables[name as 'users'].list(connection, [], { sortBy: sortBy as 'user_id', limit: 10_000 });
        return [name, rows.map((row) => JSON.parse(JSON.stringify(row)) as JsonObject)] as const;
      }),
    ),
  );
  return Object.fromEntries(taken);
}

/** Of a snapshot, the rows of the second tenant: all that name one of its ids. */
export function rowsOfOther(snapshot: Snapshot): string {
  return Object.entries(snapshot)
    .flatMap(([table, rows]) => rows.map(({ updated_at: _stamp, ...row }) => `${table} ${JSON.stringify(row)}`))
    .filter((row) => row.includes(OTHER) || row.includes(CANARY))
    .join('\n');
}

import { createMemorySums } from '@stagegate/gateway-engine/counters';
import { Admission } from '@stagegate/gateway-engine/limits';
import { managedRoutes } from '@stagegate/gateway-engine/management';
import { silentLog, systemClock, type RouteAccess } from '@stagegate/gateway-engine/ports';
import { readConfig } from '@stagegate/parity/lanes';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { configFor, startGateway, type Gateway } from '../support/gateway.ts';
import { startManagedDatabase, type ManagedDatabase } from '../support/managed-gateway.ts';
import { CANARY, makeTwoTenants, rowsOfOther, takeSnapshot, type TwoTenants } from '../support/two-tenants.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const UPSTREAM = 'http://127.0.0.1:9';
const ROUTES = managedRoutes({
  config: readConfig(configFor(UPSTREAM)),
  store: undefined,
  sums: createMemorySums(systemClock),
  clock: systemClock,
  log: silentLog,
  traffic: new Admission(),
  health: { check: () => expect.fail(), checkRow: () => expect.fail(), latest: () => undefined, sharing: () => undefined },
}).filter(({ access }) => access !== 'open');

/** What a place in a path may be filled with; whatever is not here is taken for a team. */
const PLACES: Readonly<Record<string, string>> = {
  'credential_name:path': 'credential_name',
  'key:path': 'key',
  project_id: 'project_id',
  user_id: 'user_id',
};

/** Whether a key of a user gets past his role: where it does not, one call shows as much as many. */
function isEntered(access: RouteAccess): boolean {
  return access === 'caller' || access.includes('internal_user');
}

let database: ManagedDatabase;
let tenants: TwoTenants;

beforeAll(async () => {
  database = await startManagedDatabase();
  tenants = await makeTwoTenants(database);
});

afterAll(() => database.close());

/**
 * GHSA-qqcv-vg9f-5rr3 (CVE-2024-5710), PYSEC-2026-4068, CVE-2025-0628, PYSEC-2026-4072: every managed route, asked for the objects of another
 * tenant by every name that a request has for one. Both shells: what they enter by differs.
 */
describe.each(['hono', 'legacy-io'] as const)('two tenants, %s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(UPSTREAM), database);
  });
  afterAll(() => gateway.close());

  async function ask(method: string, path: string, key: string, body?: string): Promise<string> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}${path}`, { method, headers, ...(body !== undefined && method !== 'GET' && { body }) });
    return answer.text();
  }

  test('its own members read what nobody else may', async () => {
    const { boss } = tenants.keys.zzb;
    expect(await ask('GET', '/team/info?team_id=zzb-team', boss)).toContain(CANARY);
    expect(await ask('GET', '/key/list?return_full_object=true', boss)).toContain(CANARY);
  });

  test.each(ROUTES.map(({ id, method, paths, access }) => ({ id, method, paths, isEntered: isEntered(access) })))(
    '$id',
    async ({ method, paths, isEntered: entered }) => {
      const { ids, keys } = tenants;
      const before = rowsOfOther(await takeSnapshot(database));
      const [path = ''] = paths;
      const target = path.replaceAll(/\{([^}]+)\}/gu, (_, place: string) => encodeURIComponent(String(ids[PLACES[place] ?? 'team_id'])));
      const leaked: string[] = [];
      const look = async (key: string, to: string, body?: string): Promise<void> => {
        if ((await ask(method, to, key, body)).includes(CANARY)) leaked.push(`${to} ${body ?? ''}`);
      };
      for (const key of [keys.zza.boss, keys.zza.member]) {
        await look(key, target, JSON.stringify(ids));
        if (!entered) continue;
        for (const [name, id] of Object.entries(ids)) {
          const value = Array.isArray(id) ? id.join(',') : String(id);
          if (method === 'GET') await look(key, `${target}?${name}=${encodeURIComponent(value)}`);
          else await look(key, target, JSON.stringify({ [name]: id, user_role: 'proxy_admin', max_budget: 1e6 }));
        }
      }
      expect(leaked).toStrictEqual([]);
      expect(rowsOfOther(await takeSnapshot(database))).toBe(before);
    },
  );
});

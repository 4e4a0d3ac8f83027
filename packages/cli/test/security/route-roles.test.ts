import { createMemorySums } from '@stagegate/gateway-engine/counters';
import { Admission } from '@stagegate/gateway-engine/limits';
import { managedRoutes } from '@stagegate/gateway-engine/management';
import { silentLog, systemClock, type RouteAccess } from '@stagegate/gateway-engine/ports';
import { ROUTES } from '@stagegate/gateway-engine/routes';
import { readConfig } from '@stagegate/parity/lanes';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from '../support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from '../support/gateway.ts';
import { ROUTE_ROLES } from './route-roles.ts';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const KEYS = {
  'sk-internal-user': caller(),
  'sk-internal-viewer': caller({}, 'internal_user_viewer'),
  'sk-of-nobody': { ...caller(), role: undefined },
  'sk-viewer': caller({}, 'proxy_admin_viewer'),
  'sk-team-admin': caller({
    team: {
      id: 't',
      alias: undefined,
      blocked: false,
      models: [],
      aliases: {},
      accessGroupModels: [],
      budget: { spend: 0, max: undefined },
      member: undefined,
      lost: false,
    },
  }),
  'sk-org-admin': caller({}, 'org_admin', ['o']),
  'sk-proxy-admin': caller({}, 'proxy_admin'),
  'sk-blocked': caller({ blocked: true }),
  'sk-blocked-admin': caller({ blocked: true }, 'proxy_admin'),
  'sk-expired': caller({ expiresMs: 1 }, 'proxy_admin'),
};

/**
 * Who asks, what he is, and the organisation that the call names. `stranger` is what keeps somebody out of everything that is not
 * open.
 */
const ROLES: readonly (readonly [key: string | undefined, role: string, organization?: string])[] = [
  [undefined, 'stranger'],
  ['sk-nobody', 'stranger'],
  ['sk-blocked', 'stranger'],
  ['sk-blocked-admin', 'stranger'],
  ['sk-expired', 'stranger'],
  ['sk-of-nobody', 'nobody'],
  ['sk-internal-user', 'internal_user'],
  ['sk-internal-viewer', 'internal_user_viewer'],
  ['sk-viewer', 'proxy_admin_viewer'],
  ['sk-team-admin', 'internal_user'],
  ['sk-org-admin', 'nobody'],
  ['sk-org-admin', 'org_admin', 'o'],
  ['sk-org-admin', 'nobody', 'other'],
  ['sk-internal-user', 'internal_user', 'o'],
  ['sk-proxy-admin', 'proxy_admin'],
  [MASTER_KEY, 'proxy_admin'],
];

const MANAGED = managedRoutes({
  config: readConfig(configFor(upstream.url)),
  store: undefined,
  sums: createMemorySums(systemClock),
  clock: systemClock,
  log: silentLog,
  traffic: new Admission(),
  health: { check: () => expect.fail(), checkRow: () => expect.fail(), latest: () => undefined, sharing: () => undefined },
});

const ALL = [...ROUTES, ...MANAGED].map(({ method, id, paths, access }) => ({
  name: id.startsWith(`${method} `) ? id : `${method} ${id}`,
  method,
  paths,
  access,
}));

/** Where gateways were seen to tell about themselves, some without a key. */
const INSIDE = [
  '/sso/debug/login',
  '/sso/debug/callback',
  '/debug/asyncio-tasks',
  '/debug/memory/details',
  '/debug/memory/summary',
  '/debug/report',
  '/debug/pprof/',
  '/memory-usage',
  '/memory-usage-in-mem-cache',
  '/memory-usage-in-mem-cache-items',
  '/test',
];

test('every route stands in the table, as what it is', () => {
  const expected = Object.fromEntries(Object.entries(ROUTE_ROLES).toSorted(([one], [other]) => one.localeCompare(other)));
  const found = Object.fromEntries(
    ALL.map(({ name, access }) => [name, access] as const).toSorted(([one], [other]) => one.localeCompare(other)),
  );
  expect(found).toStrictEqual(expected);
});

function mayEnter(access: RouteAccess, role: string): boolean {
  if (access === 'open') return true;
  if (role === 'stranger') return false;
  return access === 'caller' || role === 'proxy_admin' || access.some((named) => named === role);
}

describe.each(GATEWAYS)('CVE-2026-35029, %s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url), { keys: memoryKeys(KEYS) });
  });
  afterAll(() => gateway.close());

  test.each(ALL)('$name', async ({ method, paths, access }) => {
    for (const path of paths) {
      for (const [key, role, organization] of ROLES) {
        const named = organization === undefined ? {} : { organization_id: organization };
        const query = new URLSearchParams(named);
        const target = `${gateway.url}${path.replaceAll(/\{[^}]+\}/gu, organization ?? 'chat')}?${query}`;
        const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
        const answer = await fetch(target, { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(named) }) });
        await answer.arrayBuffer();
        if (mayEnter(access, role)) expect([path, key, [401, 403].includes(answer.status)]).toStrictEqual([path, key, false]);
        else expect([path, key, answer.status]).toStrictEqual([path, key, 401]);
      }
    }
  });

  test('whoever may not enter is told so before anything of what he sent is read', async () => {
    for (const [key, status] of [
      ['sk-internal-user', 401],
      ['sk-viewer', 401],
      ['sk-proxy-admin', 400],
    ] as const) {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(`${gateway.url}/config/update`, { method: 'POST', headers, body: '{"cut' });
      await answer.arrayBuffer();
      expect([key, answer.status]).toStrictEqual([key, status]);
    }
  });

  test.each(INSIDE)('CVE-2026-12795: %s shows nobody how the gateway is inside', async (path) => {
    for (const [key] of ROLES) {
      const answer = await fetch(`${gateway.url}${path}`, { ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }) });
      await answer.arrayBuffer();
      expect([key, answer.status]).toStrictEqual([key, 404]);
    }
  });
});

import { hashKey } from '@stagegate/gateway-engine/auth';
import { managedRoutes } from '@stagegate/gateway-engine/management';
import { systemClock, type Caller, type Grants, type KeyLookup, type Role } from '@stagegate/gateway-engine/ports';
import { readConfig } from '@stagegate/parity/lanes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { MANAGED_ROLES } from './support/managed-roles.ts';

const CONFIG = configFor('http://127.0.0.1:9');
const FREE = { spend: 0, max: undefined };

function caller(role: Role | undefined, more: Partial<Grants> = {}, adminOf: readonly string[] = []): Caller {
  const lists = { models: [], aliases: {}, allowedRoutes: [], accessGroupModels: [], ownedGroupModels: [], unenforced: [] };
  const owners = { team: undefined, user: undefined, project: undefined, organization: undefined };
  const ids = { keyName: undefined, keyAlias: undefined, userId: 'u', teamId: undefined, organizationId: undefined, projectId: undefined };
  const grants = { blocked: false, expiresMs: undefined, budget: FREE, ...lists, ...owners, ...more };
  return { kind: 'virtual-key', keyHash: 'h', ...ids, role, adminOf, metadata: {}, grants };
}

const CALLERS: Readonly<Record<string, Caller>> = {
  'sk-of-nobody': caller(undefined),
  'sk-internal-user': caller('internal_user'),
  'sk-internal-viewer': caller('internal_user_viewer'),
  'sk-viewer': caller('proxy_admin_viewer'),
  'sk-org-admin': caller('org_admin', {}, ['o']),
  'sk-proxy-admin': caller('proxy_admin'),
  'sk-blocked-admin': caller('proxy_admin', { blocked: true }),
  'sk-expired-admin': caller('proxy_admin', { expiresMs: 1 }),
};

const keys: KeyLookup = {
  find: (keyHash) => {
    const found = Object.entries(CALLERS).find(([key]) => hashKey(key) === keyHash);
    return found === undefined ? { kind: 'unknown' } : { kind: 'found', caller: found[1] };
  },
  findEndUser: () => ({ kind: 'unknown' }),
};

/** Everybody who asks: the words of the table that let him in. */
const ASKING: readonly (readonly [string | undefined, readonly string[] | 'everywhere'])[] = [
  [undefined, ['open']],
  ['sk-unknown-key-of-tests', ['open']],
  ['sk-blocked-admin', ['open']],
  ['sk-expired-admin', ['open']],
  ['sk-of-nobody', ['open', 'caller']],
  ['sk-internal-user', ['open', 'caller', 'internal_user']],
  ['sk-internal-viewer', ['open', 'caller', 'internal_user_viewer']],
  ['sk-viewer', ['open', 'caller', 'proxy_admin_viewer']],
  ['sk-org-admin', ['open', 'caller', 'org_admin']],
  ['sk-proxy-admin', 'everywhere'],
  [MASTER_KEY, 'everywhere'],
];

const ROUTES = managedRoutes({ config: readConfig(CONFIG), store: undefined, clock: systemClock });

test('every route stands in the table, as what it is', () => {
  const found = ROUTES.map(({ id, access }): [string, string] => [id, typeof access === 'string' ? access : access.toSorted().join(' ')]);
  const byName = (one: readonly string[], other: readonly string[]): number => (one[0] ?? '').localeCompare(other[0] ?? '');
  expect(found.toSorted(byName)).toStrictEqual(Object.entries(MANAGED_ROLES).toSorted(byName));
});

describe.each(GATEWAYS)('CVE-2026-35029, %s: without a database, whoever may enter hears that there is none', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, CONFIG, keys);
  });
  afterAll(() => gateway.close());

  test.each(ROUTES)('$id', async ({ id, method, paths }) => {
    const words = (MANAGED_ROLES[id] ?? 'nobody').split(' ');
    for (const path of paths.map((each) => each.replaceAll(/\{[^}]+\}/gu, 'x'))) {
      for (const [key, letIn] of ASKING) {
        const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
        const answer = await fetch(`${gateway.url}${path}`, { method, headers, ...(method !== 'GET' && { body: '{}' }) });
        const body = await answer.text();
        const enters = letIn === 'everywhere' || words.some((word) => letIn.includes(word));
        expect([path, key, answer.status]).toStrictEqual([path, key, enters ? expect.toBeOneOf([200, 400]) : 401]);
        if (enters && answer.status === 400) expect(body).toContain('no_db_connection');
      }
    }
  });
});

import type { JsonObject } from '@stagegate/core-transforms';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caller, ROLES_AND_NONE } from '../../test/make-caller.ts';
import { config } from '../../test/make-config.ts';
import { compileModelNames, refuseRole } from '../auth/index.ts';
import type { Caller } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import type { TeamRow, VerificationTokenRow } from '../store/index.ts';
import { readChanges } from './keys/bulk-update.ts';
import { toKeyChanges } from './keys/update-key.ts';
import type { StoredParts } from './parts.ts';
import { Refusal } from './refusal.ts';
import { ROUTE_ROWS } from './route-table.ts';

const CONFIG = config();
const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const TEAM = { team_id: 't', organization_id: null, models: [], members_with_roles: [{ user_id: 'u', role: 'admin' }] };
const KEY = { token: 'k', team_id: 't', user_id: 'other', models: [], allowed_routes: [], max_budget: 3, expires: null, metadata: {} };

/** The team is all that is looked up. */
const parts = {
  config: { tenants: { keyBounds: {} } },
  clock: { nowMs: () => NOW_MS },
  names: compileModelNames(CONFIG, compileModels(CONFIG)),
  store: { manage: { run: async () => ({ ok: true, value: TEAM as unknown as TeamRow }) } },
} as unknown as StoredParts;

const usd = fc.constantFrom(0, 0.5, 1, 3, 5, 100, 1e9);
const creators: fc.Arbitrary<Caller> = fc
  .record({ max: fc.option(usd, { nil: undefined }), livesSeconds: fc.option(fc.constantFrom(60, 3_600, 864_000), { nil: undefined }) })
  .map(({ max, livesSeconds }) =>
    caller(
      { budget: { spend: 0, max }, expiresMs: livesSeconds === undefined ? undefined : NOW_MS + livesSeconds * 1_000 },
      { userId: 'u', teamId: 't' },
    ),
  );

/** What is asked for: what a team may say of its keys, and what it may not. */
const wishes: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record(
      {
        max_budget: fc.option(usd),
        duration: fc.option(fc.constantFrom('30s', '1h', '10d', '1mo', '-1')),
        budget_duration: fc.constantFrom('1d', '30d'),
        rpm_limit: fc.constantFrom(1, 1_000),
        metadata: fc.constantFrom({}, { note: 'x' }),
        tags: fc.constantFrom(['a']),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<JsonObject>(
      {},
      {},
      {},
      { budget_id: 'rich' },
      { temp_budget_increase: 5, temp_budget_expiry: '2027-01-01' },
      { models: [] },
      { models: ['*'] },
      { allowed_routes: ['/*'] },
      { user_id: 'u' },
      { team_id: 't2' },
      { spend: 0 },
      { permissions: { get_spend_routes: true } },
    ),
  )
  .map(([may, more]) => ({ ...may, ...more }) as JsonObject);

/** What a change lets a key do that its maker may not; undefined: nothing. */
function escalates({ grants }: Caller, changes: Partial<VerificationTokenRow>): string | undefined {
  const most = grants?.budget.max ?? Number.POSITIVE_INFINITY;
  if (changes.max_budget !== undefined && !((changes.max_budget ?? Number.POSITIVE_INFINITY) <= most)) return 'max_budget';
  const last = grants?.expiresMs ?? Number.POSITIVE_INFINITY;
  if (changes.expires !== undefined && !((changes.expires?.getTime() ?? Number.POSITIVE_INFINITY) <= last)) return 'expires';
  const never = [
    'models',
    'allowed_routes',
    'user_id',
    'team_id',
    'project_id',
    'organization_id',
    'permissions',
    'spend',
    'budget_id',
  ] as const;
  return never.find((name) => changes[name] !== undefined);
}

test('10,000 random changes of a team’s keys at once: none allows more than who asks for it has', { timeout: 60_000 }, async () => {
  const seen = { granted: 0, refused: 0 };
  const reached = { row: KEY as unknown as VerificationTokenRow, team: TEAM as unknown as TeamRow, reach: 'everything' } as const;
  const property = fc.asyncProperty(creators, wishes, async (creator, wish) => {
    try {
      const changes = await toKeyChanges(parts, creator, reached, readChanges(wish));
      seen.granted += 1;
      expect(escalates(creator, changes as Partial<VerificationTokenRow>)).toBeUndefined();
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      seen.refused += 1;
    }
  });
  await fc.assert(property, { numRuns: 10_000 });
  // A test that everything fails would prove nothing.
  expect(Math.min(seen.granted, seen.refused)).toBeGreaterThan(300);
});

const AT_ONCE = ROUTE_ROWS.filter(({ paths }) => paths.some((path) => /^\/(?:management\/v1\/users|key|user)\/bulk/u.test(path)));

test('users, and keys of anybody, are written at once by admins alone, whatever organisations somebody has and names', () => {
  expect(AT_ONCE.map(({ paths: [path] }) => path).toSorted()).toStrictEqual([
    '/key/bulk_update',
    '/management/v1/users/bulk',
    '/management/v1/users/bulk_delete',
    '/user/bulk_update',
  ]);
  const organizations = fc.subarray(['o1', 'o2']);
  const property = fc.property(
    fc.constantFrom(...ROLES_AND_NONE),
    organizations,
    organizations,
    fc.constantFrom(...AT_ONCE),
    (role, adminOf, named, row) => {
      const refused = refuseRole(caller({}, { userId: 'u', role, adminOf }), row.access, row.paths[0] ?? '', named);
      expect(refused === undefined).toBe(role === 'proxy_admin');
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caller, ROLES_AND_NONE } from '../../test/make-caller.ts';
import { organizationsOf, refuseRole } from '../auth/index.ts';
import type { Caller } from '../ports/index.ts';
import { ACCESS_ROUTES } from './routes/access-routes.ts';

const ORGANIZATIONS = ['o1', 'o2', 'o3'];
const MODELS = ['gpt-4o', '*', 'all-proxy-models', 'claude-sonnet-4-5'];

/** Whoever may ask: with every role there is, organisations that he administers, and a key of whatever he has. */
const callers: fc.Arbitrary<Caller> = fc
  .record({ role: fc.constantFrom(...ROLES_AND_NONE), adminOf: fc.subarray(ORGANIZATIONS), models: fc.subarray(MODELS) })
  .map(({ models, ...more }) => caller({ models }, { userId: 'u', ...more }));

/** What a write says: whom it is for, and what he is to have. */
const bodies = fc.record(
  {
    name: fc.constantFrom('t', 'of-others'),
    models: fc.subarray(MODELS),
    access_group: fc.constantFrom('g'),
    access_group_name: fc.constantFrom('g'),
    access_model_names: fc.subarray(MODELS),
    model_names: fc.subarray(MODELS),
    assigned_team_ids: fc.subarray(['t1', 't2']),
    assigned_key_ids: fc.subarray(['sk-own', 'sk-of-others']),
    max_budget: fc.constantFrom(0, 1e9),
    user_role: fc.constantFrom('proxy_admin'),
    organization_id: fc.constantFrom(...ORGANIZATIONS),
    organizations: fc.subarray(ORGANIZATIONS),
  },
  { requiredKeys: [] },
);

const isRead = (method: string, path: string): boolean => method === 'GET' || path === '/tag/info';

test('10,000 random writes of tags and access groups: nobody but an admin gets to one, whatever he has and names', () => {
  const seen = { writes: 0, entered: 0 };
  const property = fc.property(callers, fc.constantFrom(...ACCESS_ROUTES), bodies, fc.subarray(ORGANIZATIONS), (of, row, body, named) => {
    const [path = ''] = row.paths;
    if (isRead(row.method, path)) return;
    const query = new URLSearchParams(named.map((id) => ['organization_id', id]));
    const organizations = organizationsOf({ query, places: { access_group_id: 'g', access_group: 'g' }, body });
    const refused = refuseRole(of, row.access, path, organizations);
    seen.writes += 1;
    if (refused === undefined) seen.entered += 1;
    expect([path, of.role, refused === undefined]).toStrictEqual([path, of.role, of.role === 'proxy_admin']);
  });
  fc.assert(property, { numRuns: 20_000 });
  expect(seen.writes).toBeGreaterThan(10_000);
  expect(seen.entered).toBeGreaterThan(1_000);
});

import { expect, test } from 'vitest';
import { ROUTE_ROWS } from '../route-table.ts';
import { AUDITED_ROUTES } from './audited-routes.ts';

test('what is written down are changes of routes that there are', () => {
  const ids = new Set(ROUTE_ROWS.map(({ method, paths }) => `${method} ${paths[0] ?? ''}`));
  expect(Object.keys(AUDITED_ROUTES).filter((id) => !ids.has(id))).toStrictEqual([]);
});

/** Routes of these groups that change none of the rows that are written down, or that refuse. */
const UNWRITTEN = new Set([
  'POST /key/health',
  'POST /jwt/key/mapping/new',
  'POST /jwt/key/mapping/update',
  'POST /jwt/key/mapping/delete',
  'POST /v2/key/info',
  'POST /team/{team_id}/callback',
  'POST /team/permissions_bulk_update',
  'POST /team/{team_id}/member/{user_id}/reset_spend',
  'POST /team/{team_id}/member/{user_id}/reset_budget',
]);

test('every route that changes keys, teams, users and models is written down, or says here that it is not', () => {
  const changing = ROUTE_ROWS.filter(
    ({ method, paths: [path = ''] }) => method !== 'GET' && /^\/(?:management\/v1\/)?(?:key|team|user|model|jwt|v2\/key)s?\//u.test(path),
  );
  const ids = changing.map(({ method, paths }) => `${method} ${paths[0] ?? ''}`);
  expect(ids.filter((id) => !Object.hasOwn(AUDITED_ROUTES, id) && !UNWRITTEN.has(id))).toStrictEqual([]);
  expect([...UNWRITTEN].filter((id) => Object.hasOwn(AUDITED_ROUTES, id) || !ids.includes(id))).toStrictEqual([]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caller, team } from '../../test/make-caller.ts';
import { config, deployment } from '../../test/make-config.ts';
import { compileModelNames, mayUseModel, refuseVisit } from '../auth/index.ts';
import { ROUTE_GROUPS } from '../auth/route-groups.data.ts';
import type { Caller, Grants } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { findEscalation, type AskedGrants } from './index.ts';
import type { CreatorReach } from './find-escalation.ts';

const CONFIG = config({
  deployments: [
    deployment({ modelGroup: 'gpt-4o', accessGroups: ['beta'] }),
    deployment({ modelGroup: 'gpt-4o-mini', accessGroups: ['beta', 'gpt-4o'] }),
    deployment({ modelGroup: 'claude-sonnet-4-5' }),
    deployment({ modelGroup: 'openai/o3' }),
  ],
  modelGroupAliases: new Map([['alias', 'gpt-4o']]),
});
const NAMES = compileModelNames(CONFIG, compileModels(CONFIG));

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5', 'openai/o3', 'alias', 'other', 'openai/other', 'beta'];
const ENTRIES = [
  ...MODELS,
  '*',
  'openai/*',
  'openai/gpt*',
  'gpt*',
  'gpt-4o*',
  '*mini',
  '*4o',
  'anthropic/*',
  'all-proxy-models',
  'all-team-models',
  'no-default-models',
];
const PATHS = [
  ...new Set(
    ['llm_api_routes', 'info_routes', 'management_routes', 'internal_user_routes', 'spend_tracking_routes'].flatMap((group) =>
      (ROUTE_GROUPS[group]?.paths ?? '').split(/\s+/u),
    ),
  ),
  '/v1/chat/completions',
  '/chat/completions',
  '/v1/messages',
  '/key/generate',
  '/key/generate/below',
  '/v1/chat/completions/below',
].filter((path) => path.startsWith('/') && !path.includes('{') && !path.endsWith('*'));
const ROUTES = [
  '/*',
  '*',
  '/',
  '/v1/*',
  '/v1',
  '/v1/chat',
  '/v1/chat/completions',
  '/v1/chat/*',
  '/key',
  '/key/*',
  '/key/generate',
  '/models',
  ...Object.keys(ROUTE_GROUPS),
];

const models = fc.uniqueArray(fc.constantFrom(...ENTRIES), { maxLength: 4 });
const routes = fc.uniqueArray(fc.constantFrom(...ROUTES), { maxLength: 3 });
const money = fc.option(fc.oneof(fc.constantFrom(0, 1, 5, 10, -1, Number.NaN, Number.POSITIVE_INFINITY), fc.double({ min: 0, max: 20 })), {
  nil: undefined,
});
const moment = fc.option(fc.constantFrom(1_000, 2_000, 3_000), { nil: undefined });
const owner = (...ids: string[]): fc.Arbitrary<string | undefined> => fc.option(fc.constantFrom(...ids), { nil: undefined });
/** Most requests ask for no more than one thing too much: the others prove little. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary });

const creators = fc.record({
  models,
  routes,
  max: money.filter((max) => max === undefined || max >= 0),
  expiresMs: moment,
  teamId: owner('t1', 't2'),
  teamModels: models,
  role: fc.constantFrom('internal_user' as const, 'org_admin' as const, undefined),
  projectId: seldom(owner('p', 'q'), undefined),
  organizationId: seldom(owner('o1', 'o2', 'o3'), undefined),
  adminOf: fc.subarray(['o1', 'o2']),
  /** What the rows say: whose member he is. */
  memberOf: seldom(fc.subarray(['o1', 'o2', 'o3']), []),
});
const requests = fc.record({
  models,
  routes,
  max: money,
  expiresMs: moment,
  userId: seldom(owner('u', 'someone-else'), 'u'),
  teamId: owner('t1', 't2', 't3'),
  projectId: seldom(owner('p', 'q'), undefined),
  organizationId: seldom(owner('o1', 'o2', 'o3', 'o4'), undefined),
  groups: seldom(fc.boolean(), false),
  permissions: seldom(fc.boolean(), false),
});

/** What is asked for as the creator has it, or nearly so: a request that is wrong in everything proves nothing. */
const often = seldom(fc.constant(false), true);
const likes = fc.record({
  models: often,
  routes: often,
  max: often,
  expiresMs: often,
  teamId: often,
  projectId: often,
  organizationId: often,
});

interface Pair {
  readonly creator: Caller;
  readonly asked: AskedGrants;
  readonly child: Caller;
  readonly reach: CreatorReach;
}

/** The creator, what he asks for, and the key that he would have. Both keys are of one team, unless he may choose another. */
const pairs = fc.tuple(creators, requests, likes).map(([of, random, like]): Pair => {
  const want = {
    ...random,
    ...(like.models && { models: [...of.models, ...random.models.slice(0, 1)] }),
    ...(like.routes && { routes: [...of.routes, ...random.routes.slice(1)] }),
    ...(like.max && { max: of.max }),
    ...(like.expiresMs && { expiresMs: of.expiresMs }),
    ...(like.teamId && { teamId: of.teamId }),
    ...(like.projectId && { projectId: of.projectId }),
    ...(like.organizationId && { organizationId: of.organizationId }),
  };
  const inTeam = (id: string | undefined): Pick<Grants, 'team'> => ({
    team: id === undefined ? undefined : team({ id, models: of.teamModels }),
  });
  const creator = caller(
    { models: of.models, allowedRoutes: of.routes, budget: { spend: 0, max: of.max }, expiresMs: of.expiresMs, ...inTeam(of.teamId) },
    {
      userId: 'u',
      teamId: of.teamId,
      projectId: of.projectId,
      organizationId: of.organizationId,
      role: of.role,
      adminOf: of.role === 'org_admin' ? of.adminOf : [],
    },
  );
  const asked: AskedGrants = {
    models: want.models,
    allowedRoutes: want.routes,
    ...(want.max !== undefined && { maxBudget: want.max }),
    ...(want.expiresMs !== undefined && { expiresMs: want.expiresMs }),
    ...(want.userId !== undefined && { userId: want.userId }),
    ...(want.teamId !== undefined && { teamId: want.teamId }),
    ...(want.projectId !== undefined && { projectId: want.projectId }),
    ...(want.organizationId !== undefined && { organizationId: want.organizationId }),
    ...(want.groups && { accessGroupIds: ['g'] }),
    ...(want.permissions && { permissions: ['get_spend_routes'] }),
  };
  const child = caller({
    models: want.models,
    allowedRoutes: want.routes,
    budget: { spend: 0, max: want.max },
    expiresMs: want.expiresMs,
    ...inTeam(want.teamId),
  });
  return { creator, asked, child, reach: { teamIds: ['t1', 't2'], organizationIds: of.memberOf } };
});

/** Written apart from what is tested: rights are compared by using them. */
function escalates({ creator, asked, child, reach }: Pair): string | undefined {
  for (const model of MODELS) if (mayUseModel(child, model, NAMES) && !mayUseModel(creator, model, NAMES)) return `model ${model}`;
  for (const path of PATHS) {
    if (refuseVisit(child, path) === undefined && refuseVisit(creator, path) !== undefined) return `path ${path}`;
    // With a list of its own a key is let into these by the reference, whatever its user's role.
    const isAdmins =
      /^\/(?:key|team|user|spend|budget|config)\b/u.test(path) &&
      path !== '/key/info' &&
      !ROUTE_GROUPS['info_routes']?.paths.split(/\s+/u).includes(path);
    const isListed = asked.allowedRoutes?.length !== 0 && refuseVisit(child, path) === undefined;
    if (isAdmins && isListed && creator.grants?.allowedRoutes.length === 0) return `admin path ${path}`;
  }
  const most = creator.grants?.budget.max ?? Number.POSITIVE_INFINITY;
  const budget = child.grants?.budget.max ?? Number.POSITIVE_INFINITY;
  if (!(budget <= most) || !(budget >= 0)) return `budget ${budget}`;
  if ((child.grants?.expiresMs ?? Number.POSITIVE_INFINITY) > (creator.grants?.expiresMs ?? Number.POSITIVE_INFINITY)) return 'expiry';
  if (asked.userId === 'someone-else' || asked.teamId === 't3' || (asked.teamId === undefined && creator.teamId !== undefined))
    return 'owner';
  // Of a project, or of an organisation, a key has the limits: it is brought into another, or out of its own, by nobody who only has it.
  if (asked.projectId !== creator.projectId) return 'project';
  const theirs = new Set([creator.organizationId, ...creator.adminOf, ...reach.organizationIds]);
  if (!theirs.has(asked.organizationId) || (asked.organizationId === undefined && creator.organizationId !== undefined))
    return 'organization';
  return asked.accessGroupIds !== undefined || asked.permissions !== undefined ? 'permissions' : undefined;
}

const REACH = { teamIds: ['t1', 't2'], organizationIds: [] };

test('no key allows more than its creator has: 10,000 random requests', { timeout: 60_000 }, () => {
  let granted = 0;
  fc.assert(
    fc.property(pairs, (pair) => {
      if (findEscalation(pair.creator, pair.asked, NAMES, pair.reach) !== undefined) return;
      granted += 1;
      expect(escalates(pair)).toBeUndefined();
    }),
    { numRuns: 10_000 },
  );
  // A test that everything fails would prove nothing.
  expect(granted).toBeGreaterThan(500);
});

test('a creator gets a key like his own', () => {
  fc.assert(
    fc.property(creators, ({ models: own, routes: ownRoutes, max, expiresMs, teamId, role, projectId, organizationId }) => {
      const creator = caller(
        { models: own, allowedRoutes: ownRoutes, budget: { spend: 0, max }, expiresMs },
        { userId: 'u', teamId, role, projectId, organizationId },
      );
      const like: AskedGrants = {
        models: own,
        allowedRoutes: ownRoutes,
        userId: 'u',
        ...(max !== undefined && { maxBudget: max }),
        ...(expiresMs !== undefined && { expiresMs }),
        ...(teamId !== undefined && { teamId }),
        ...(projectId !== undefined && { projectId }),
        ...(organizationId !== undefined && { organizationId }),
      };
      expect(findEscalation(creator, like, NAMES, REACH)).toBeUndefined();
    }),
  );
});

test.each<[string | undefined, Partial<Grants>, AskedGrants]>([
  [undefined, {}, {}],
  [undefined, {}, { models: ['*'] }],
  ['models', { models: ['gpt-4o'] }, {}],
  ['models', { models: ['gpt-4o'] }, { models: ['*'] }],
  ['models', { models: ['gpt-4o'] }, { models: ['all-team-models'] }],
  // A pattern that such a word happens to fit.
  ['models', { models: ['al*'] }, { models: ['all-proxy-models'] }],
  ['models', { models: ['al*', 'gpt-4o'] }, { models: ['gpt-4o', 'all-team-models'] }],
  ['models', { models: ['gpt-4o-mini'] }, { models: ['beta'] }],
  ['models', { models: ['*4o'] }, { models: ['gpt-4o'] }],
  [undefined, { models: ['gpt-4o'] }, { models: ['no-default-models'] }],
  [undefined, { models: ['anthropic/*'] }, { models: ['claude-sonnet-4-5', 'anthropic/claude*'] }],
  ['allowed_routes', {}, { allowedRoutes: ['/*'] }],
  ['allowed_routes', {}, { allowedRoutes: ['management_routes'] }],
  ['allowed_routes', {}, { allowedRoutes: ['/key/generate'] }],
  [undefined, {}, { allowedRoutes: ['llm_api_routes', '/v1/chat/completions'] }],
  ['allowed_routes', { allowedRoutes: ['/v1/models'] }, {}],
  ['allowed_routes', { allowedRoutes: ['/v1/models'] }, { allowedRoutes: ['/v1/chat/completions'] }],
  // A set of routes holds more than the paths that a star covers.
  ['allowed_routes', { allowedRoutes: ['*'] }, { allowedRoutes: ['management_routes'] }],
  [undefined, { allowedRoutes: ['/v1/*'] }, { allowedRoutes: ['/v1/models', '/v1/chat/*'] }],
  ['max_budget', { budget: { spend: 0, max: 1 } }, {}],
  ['max_budget', { budget: { spend: 0, max: 1 } }, { maxBudget: 2 }],
  ['max_budget', {}, { maxBudget: Number.NaN }],
  ['max_budget', {}, { maxBudget: -1 }],
  ['duration', { expiresMs: 1 }, {}],
  ['duration', {}, { expiresMs: Number.NaN }],
  ['user_id', {}, { userId: 'someone-else' }],
  ['team_id', {}, { teamId: 't3' }],
  ['permissions', {}, { permissions: ['get_spend_routes'] }],
])('%s: a key with %j asks for %j', (expected, grants, asked) => {
  expect(findEscalation(caller(grants, { userId: 'u' }), asked, NAMES, REACH)).toBe(expected);
});

test('whoever has no rights that are known gives none', () => {
  const unknown: Caller = { ...caller({}, { userId: 'u' }), grants: undefined };
  expect(findEscalation(unknown, { models: ['gpt-4o'], userId: 'u' }, NAMES, REACH)).toBe('user_id');
});

test('a proxy admin has everything, but no money that is none', () => {
  const admin = caller({ models: ['gpt-4o'] }, { role: 'proxy_admin' });
  expect(
    findEscalation(admin, { models: ['*'], allowedRoutes: ['/*'], userId: 'x', teamId: 't9' }, NAMES, { teamIds: [], organizationIds: [] }),
  ).toBeUndefined();
  expect(findEscalation(admin, { maxBudget: Number.NaN }, NAMES, REACH)).toBe('max_budget');
  expect(findEscalation(admin, { expiresMs: Number.NaN }, NAMES, REACH)).toBe('duration');
});

test('a key may belong to an organisation that its maker belongs to, and may not leave the one that he is in', () => {
  const [outside, inside] = [caller(), { ...caller(), organizationId: 'o1' }];
  const reach = { teamIds: [], organizationIds: ['o1'] };
  expect(findEscalation(outside, { organizationId: 'o1' }, NAMES, reach)).toBeUndefined();
  expect(findEscalation(outside, { organizationId: 'o2' }, NAMES, reach)).toBe('organization_id');
  expect(findEscalation(inside, {}, NAMES, reach)).toBe('organization_id');
});

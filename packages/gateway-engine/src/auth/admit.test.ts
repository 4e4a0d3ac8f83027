import { expect, test } from 'vitest';
import { caller, endUser, grants, team, user } from '../../test/make-caller.ts';
import { config, deployment } from '../../test/make-config.ts';
import type { Budget, Caller, EndUserGrants, Grants } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { aliasedModel, budgetedGroups, compileModelNames, limitedBudgets, mayUseModel, refuseCall, refuseVisit } from './index.ts';
import type { MoneyRules } from './budgets.ts';

const CONFIG = config({
  deployments: [
    deployment({ modelGroup: 'gpt-4o' }),
    deployment({ modelGroup: 'small', accessGroups: ['beta', 'cheap'] }),
    deployment({ modelGroup: 'bedrock/us.nova' }),
  ],
  modelGroupAliases: new Map([['alias', 'gpt-4o']]),
});
const NAMES = compileModelNames(CONFIG, compileModels(CONFIG));
const SPENT = { spend: 10, max: 10 };
const LEFT = { spend: 0, max: 10 };
const PATH = '/v1/chat/completions';

function refusal(who: Caller, model: string | undefined, body: object = {}, customer?: EndUserGrants): string | undefined {
  const refused = refuseCall(who, { path: PATH, model, body: { ...body } }, NAMES, customer);
  if (refused === undefined) return undefined;
  return refused.kind === 'model-denied' ? `${refused.owner}: ${refused.model}` : 'message' in refused ? refused.message : refused.kind;
}

test.each<[readonly string[], string, boolean]>([
  [[], 'gpt-4o', true],
  [['gpt-4o'], 'gpt-4o', true],
  [['gpt-4'], 'gpt-4o', false],
  [['gpt-4o-mini'], 'gpt-4o', false],
  [['*'], 'gpt-4o', true],
  [['all-proxy-models'], 'gpt-4o', true],
  [['no-default-models'], 'gpt-4o', false],
  [['openai/*'], 'gpt-4o', true],
  [['anthropic/*'], 'gpt-4o', false],
  [['bedrock/*'], 'bedrock/us.nova', true],
  [['bedrock/us.*'], 'bedrock/us.nova', true],
  [['bedrock/*'], 'bedrockzzz/us.nova', false],
  [['beta'], 'small', true],
  [['beta'], 'gpt-4o', false],
  [['gpt-4o'], 'alias', true],
  [['alias'], 'alias', true],
  [['alias'], 'gpt-4o', false],
  [['all-team-models'], 'gpt-4o', true],
  [['constructor'], 'toString', false],
])('a key with %j calls %s: %s', (models, model, allowed) => {
  expect(refusal(caller({ models }), model)).toBe(allowed ? undefined : `key: ${model}`);
  expect(mayUseModel(caller({ models }), model, NAMES)).toBe(allowed);
});

test('a group of a team’s own deployment is that team’s, and nobody else’s', () => {
  const own = config({
    deployments: [deployment({ modelGroup: 'internal', team: { id: 'red', publicName: 'ours' }, accessGroups: ['reds'] })],
  });
  const names = compileModelNames(own, compileModels(own));
  const ofTeam = (teamId: string): Caller => caller({ models: ['reds'], team: team({ id: teamId }) }, { teamId });
  expect(mayUseModel(ofTeam('red'), 'ours', names)).toBe(true);
  expect(mayUseModel(ofTeam('blue'), 'ours', names)).toBe(false);
});

const DENIED: readonly (readonly [string, Partial<Grants>, EndUserGrants | undefined, string | undefined])[] = [
  ['the team', { team: team({ models: ['small'] }) }, undefined, 'team: gpt-4o'],
  ['the team, whatever the key may', { models: ['all-team-models'], team: team({ models: ['small'] }) }, undefined, 'team: gpt-4o'],
  ['a group of the team', { team: team({ models: ['small'], accessGroupModels: ['gpt-4o'] }) }, undefined, undefined],
  ['a group of the key', { ownedGroupModels: ['gpt-4o'], team: team({ models: ['small'] }) }, undefined, undefined],
  ['a member', { team: team({ member: { models: ['small'], budget: { spend: 0, max: undefined } } }) }, undefined, 'team: gpt-4o'],
  ['the user', { user: user({ models: ['small'] }) }, undefined, 'user: gpt-4o'],
  ['a user without models', { user: user({ models: ['no-default-models'] }) }, undefined, 'key: gpt-4o'],
  ['the user, but the key is a team’s', { user: user({ models: ['small'] }), team: team() }, undefined, undefined],
  ['the customer', {}, endUser({ models: ['small'] }), 'customer: gpt-4o'],
  [
    'the project',
    { project: { id: 'p', blocked: false, models: ['small'], budget: { spend: 0, max: undefined } } },
    undefined,
    'project: gpt-4o',
  ],
];

test.each(DENIED)('who says no to a model: %s', (_, allowed, customer, expected) => {
  expect(refusal(caller(allowed), 'gpt-4o', {}, customer)).toBe(expected);
});

test('a customer is asked whoever makes the call', () => {
  const master = { ...caller(), grants: undefined };
  for (const who of [master, caller()])
    expect(refusal(who, 'gpt-4o', {}, endUser({ blocked: true }))).toMatch(/^End User=end-user-1 is blocked/u);
  expect(refusal(master, 'gpt-4o', {}, endUser({ models: ['small'] }))).toBe('customer: gpt-4o');
  expect(refusal(master, 'gpt-4o', {}, endUser({ budget: { spend: 2, max: 1 } }))).toMatch(/^ExceededBudget: End User=end-user-1/u);
  expect(refusal(master, 'gpt-4o', {}, endUser({ budget: { spend: 1, max: 1 } }))).toBeUndefined();
});

test('a customer’s list may name a model as his team does, or as what that stands for', () => {
  const who = caller({ team: team({ aliases: { ours: 'gpt-4o' } }) });
  const says = (models: readonly string[]): string | undefined => refusal(who, 'ours', {}, endUser({ models }));
  expect([says(['ours']), says(['gpt-4o']), says(['small'])]).toStrictEqual([undefined, undefined, 'customer: ours']);
});

test('money is set aside in every budget that has a limit, unless the operator has that switched off', () => {
  const scopes = (rules: MoneyRules): readonly string[] | undefined =>
    limitedBudgets(caller({ budget: LEFT, team: team({ budget: LEFT }) }), { model: 'gpt-4o', rules }, NAMES, undefined)?.map(
      ({ scope }) => scope,
    );
  expect(scopes({})).toStrictEqual(['Key', 'Team']);
  expect(scopes({ reservationOff: true })).toBeUndefined();
});

test.each<[string, Partial<Grants>, RegExp | undefined]>([
  ['key', { budget: SPENT }, /^Budget has been exceeded! Key=key \(sk-\.\.\.ey-1\) Current cost: 10\.0, Max budget: 10\.0$/u],
  ['key without a limit', { budget: { spend: 10, max: undefined } }, undefined],
  ['team at its limit', { team: team({ budget: SPENT }) }, undefined],
  ['team', { team: team({ budget: { spend: 11, max: 10 } }) }, /Team=team-1/u],
  ['user', { user: user({ budget: SPENT }) }, /User=user-1 over budget\. Spend=10\.0, Budget=10\.0$/u],
  ['user of a team’s key', { user: user({ budget: SPENT }), team: team() }, undefined],
  ['member', { user: user(), team: team({ member: { models: [], budget: SPENT } }) }, /TeamMember=user-1:team-1/u],
  [
    'member who may spend nothing',
    { user: user(), team: team({ member: { models: [], budget: { spend: 0, max: 0 } } }) },
    /User=user-1 in Team=team-1/u,
  ],
  ['organization', { organization: { id: 'org', models: [], budget: SPENT } }, /Organization=org/u],
  ['project', { project: { id: 'p', blocked: false, models: [], budget: SPENT } }, /Project=p/u],
])('who has no money left: %s', (_, allowed, message) => {
  const found = refusal(caller(allowed, { userId: 'user-1' }), 'gpt-4o');
  if (message === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(message);
});

test.each<[string, Partial<Grants>]>([
  ['Team=team-1 is blocked', { team: team({ blocked: true }) }],
  ['Project=p is blocked', { project: { id: 'p', blocked: true, models: [], budget: { spend: 0, max: undefined } } }],
  ['deactivated via SCIM', { user: user({ deactivated: true }) }],
  ['not allowed to call this route', { allowedRoutes: ['/v1/embeddings'] }],
])('%s ends a call with a model or without', (message, allowed) => {
  expect(refusal(caller(allowed), 'gpt-4o')).toContain(message);
  expect(refuseVisit(caller(allowed), '/v1/models')).toMatchObject({ message: expect.stringContaining(message) });
});

test.each<[readonly string[], string, boolean]>([
  [[], '/v1/models', true],
  [['/v1/models'], '/v1/models', true],
  [['/v1/models'], '/v1/models/x', true],
  [['/v1/models'], '/v1/modelsx', false],
  [['/v1/chat/completions'], '/chat/completions', false],
  [['/v1/*'], '/v1/models', true],
  [['/v1/*'], '/key/generate', false],
  [['*'], '/key/generate', true],
  [['llm_api_routes'], '/v1/chat/completions', true],
  [['llm_api_routes'], '/engines/m/chat/completions', true],
  [['llm_api_routes'], '/v1/messages/count_tokens', true],
  [['llm_api_routes'], '/key/generate', false],
  [['info_routes'], '/v1/models', true],
  [['management_routes'], '/v1/models', false],
  [['google_routes'], '/v1beta/models/a/b:generateContent', true],
  [['toString'], '/v1/models', false],
])('a key allowed %j visits %s: %s', (allowedRoutes, path, allowed) => {
  expect(refuseVisit(caller({ allowedRoutes }), path) === undefined).toBe(allowed);
});

test('fallbacks that a client names are models that it asks for', () => {
  const who = caller({ models: ['gpt-4o'] });
  for (const fallbacks of [['small'], [{ model: 'small' }], [{ 'gpt-4o': ['small'] }], [{ model: 'gpt-4o', fallbacks: ['small'] }]]) {
    expect(refusal(who, 'gpt-4o', { fallbacks })).toBe('key: small');
    expect(refusal(who, 'gpt-4o', { context_window_fallbacks: fallbacks })).toBe('key: small');
    expect(refusal(who, 'gpt-4o', { router_settings_override: { content_policy_fallbacks: fallbacks } })).toBe('key: small');
  }
  expect(refusal(caller({ team: team({ models: ['gpt-4o'] }) }), 'gpt-4o', { fallbacks: ['small'] })).toBe('team: small');
  expect(refusal(who, 'gpt-4o,small')).toBe('key: small');
  expect(refusal(who, undefined, { fallbacks: 'small' })).toBeUndefined();
});

test('names of a team and of a key stand for models, the team’s first', () => {
  const allowed = grants({ aliases: { ours: 'small' }, team: team({ aliases: { theirs: 'ours' } }) });
  expect(aliasedModel(allowed, 'theirs')).toBe('small');
  expect(aliasedModel(allowed, 'ours')).toBe('small');
  expect(aliasedModel(allowed, 'constructor')).toBe('constructor');
  expect(refusal(caller({ models: ['small'], aliases: { ours: 'small' } }), 'ours')).toBeUndefined();
  expect(refusal(caller({ models: ['ours'], aliases: { ours: 'small' } }), 'ours')).toBe('key: ours');
  expect(
    refusal(caller({ models: ['gpt-4o'], team: team({ models: ['gpt-4o'], aliases: { theirs: 'small' } }) }), 'theirs'),
  ).toBeUndefined();
});

test.each<[string, Partial<Grants>, boolean]>([
  ['no budget', {}, true],
  ['a key', { budget: LEFT }, false],
  ['a key, and instances tell each other', { budget: { ...LEFT, shared: true } }, true],
  ['a window', { windows: [{ window: { owner: 'key', id: 'k', duration: '1d', startMs: 0 }, budget: LEFT }] }, false],
  ['a team', { team: team({ budget: LEFT }) }, false],
  ['a member', { team: team({ member: { models: [], budget: LEFT } }) }, false],
  ['a user', { user: user({ budget: LEFT }) }, false],
  ['a user whose team pays', { user: user({ budget: LEFT }), team: team() }, true],
  ['an organisation', { organization: { id: 'o', models: [], budget: LEFT } }, false],
  ['a project', { project: { id: 'p', blocked: false, models: [], budget: LEFT } }, false],
])('where rows are old and the operator wants to be sure, %s: let in is %s', (_name, more, admitted) => {
  const who = caller(more);
  const ask = { path: PATH, model: 'gpt-4o', body: {}, rules: { budgetsFailClosed: true } };
  const old: Caller = { ...who, stale: true };
  expect(refuseCall(old, ask, NAMES, undefined) === undefined).toBe(admitted);
  expect([refuseCall(who, ask, NAMES, undefined), refuseCall(old, { ...ask, rules: {} }, NAMES, undefined)]).toStrictEqual([
    undefined,
    undefined,
  ]);
});

test.each<[string, Partial<Grants>, string, readonly string[]]>([
  ['a key', { models: ['cheap', 'gpt-4o'] }, 'small', ['cheap']],
  ['a key, by an alias of its own', { models: ['small', 'cheap'], aliases: { mine: 'small' } }, 'mine', ['cheap']],
  ['a key, of several models', { models: ['cheap'] }, 'gpt-4o, small', ['cheap']],
  ['a team', { models: ['all-team-models'], team: team({ models: ['cheap'] }) }, 'small', ['cheap']],
  ['a key that has its team’s', { models: ['all-team-models', 'beta'], team: team({ models: ['cheap'] }) }, 'small', ['cheap']],
  ['a member', { team: team({ member: { models: ['beta'], budget: LEFT } }) }, 'small', ['beta']],
  ['a project', { project: { id: 'p', blocked: false, models: ['cheap', 'beta'], budget: LEFT } }, 'small', ['beta', 'cheap']],
  ['an organisation', { organization: { id: 'o', models: ['cheap'], budget: LEFT } }, 'small', ['cheap']],
  ['nobody’s list', { models: ['*'], user: user({ models: ['cheap'] }) }, 'small', []],
  ['a key, of a model that is in none', { models: ['cheap'] }, 'gpt-4o', []],
  ['a key, of one that has no row', { models: ['other'] }, 'small', []],
])('a call takes money of the model access groups that are named by %s', (_name, more, model, groups) => {
  const budgets = new Map(['beta', 'cheap'].map((name) => [name, LEFT]));
  expect(budgetedGroups(budgets, caller(more), model, NAMES)?.map(({ name }) => name) ?? []).toStrictEqual(groups);
  expect(budgetedGroups(new Map(), caller(more), model, NAMES)).toBeUndefined();
});

test.each<[string, Budget, boolean]>([
  ['some left', LEFT, true],
  ['all spent', SPENT, false],
  ['no limit', { spend: 10, max: undefined }, true],
  ['a limit of nothing, which is none', { spend: 10, max: 0 }, true],
])('a model access group with %s', (_name, budget, isIn) => {
  const ask = { path: PATH, model: 'small', body: {}, accessGroups: [{ name: 'cheap', budget }] };
  const message = 'Budget has been exceeded! Model access group=cheap Current cost: 10.0, Max budget: 10.0';
  const spent = { owner: 'model_access_group', id: 'cheap', spend: 10, max: 10 };
  expect(refuseCall(caller(), ask, NAMES, undefined)).toStrictEqual(isIn ? undefined : { kind: 'budget-exceeded', message, spent });
});

import { describe, expect, test } from 'vitest';
import type { Deployment } from '../ports/index.ts';
import { config, deployment } from '../../test/make-config.ts';
import { compileModels, shownTo, type Asker } from './index.ts';

const row = (id: string, modelGroup: string, more: Partial<Deployment> = {}): Deployment =>
  deployment({ id, modelGroup, underlyingModel: `openai/${id}`, ...more });
const of = (id: string, publicName?: string): Partial<Deployment> => ({ team: { id, publicName } });

const ROWS = [
  row('shared', 'gpt'),
  row('reds-gpt', 'internal-red', of('red', 'gpt')),
  row('blues-gpt', 'internal-blue', of('blue', 'gpt')),
  row('reds-only', 'internal-red-2', of('red', 'red-model')),
  row('reds-unnamed', 'gpt-red', of('red')),
  row('reds-star', 'internal-star', {
    ...of('red', 'wild/*'),
    underlyingModel: 'openai/*',
    forModel: (name) => row('reds-star', 'internal-star', { ...of('red', 'wild/*'), underlyingModel: name }),
  }),
  row('both-red', 'internal-both-red', of('red', 'both')),
  row('both-blue', 'internal-both-blue', of('blue', 'both')),
];
const red: Asker = { teamId: 'red', role: undefined };
const other: Asker = { teamId: 'green', role: 'proxy_admin' };
const nobody: Asker = { teamId: undefined, role: 'internal_user' };
const admin: Asker = { teamId: undefined, role: 'proxy_admin' };

describe('what a team has for itself', () => {
  const find = compileModels(config({ deployments: ROWS }));
  const ids = (model: string, caller?: Asker): readonly string[] => find(model, caller).map(({ id }) => id);

  test.each<[string, Asker, readonly string[]]>([
    ['gpt', red, ['reds-gpt']],
    ['gpt', other, ['shared']],
    ['gpt', nobody, ['shared']],
    ['gpt', admin, ['shared']],
    ['red-model', red, ['reds-only']],
    ['red-model', other, []],
    ['red-model', nobody, []],
    ['red-model', admin, ['reds-only']],
    ['gpt-red', red, ['reds-unnamed']],
    ['gpt-red', nobody, []],
    ['internal-red', red, ['reds-gpt']],
    ['internal-red', nobody, []],
    ['internal-red', admin, ['reds-gpt']],
    ['reds-only', red, ['reds-only']],
    ['reds-only', other, []],
    ['openai/reds-only', nobody, []],
    ['wild/x', red, ['reds-star']],
    ['wild/x', nobody, []],
    ['both', red, ['both-red']],
    ['both', admin, []],
  ])('%s, asked by %j', (model, caller, found) => {
    expect(ids(model, caller)).toStrictEqual(found);
  });

  test('has the team’s own name for it, stars filled in, and the same array each time', () => {
    expect(find('gpt', red)[0]?.modelGroup).toBe('gpt');
    expect(find('wild/x', red)[0]).toMatchObject({ modelGroup: 'wild/*', underlyingModel: 'openai/x' });
    expect(find('gpt', red)).toBe(find('gpt', red));
  });

  test('is everybody’s where it is not yet known who calls', () => {
    expect(ids('both')).toStrictEqual(['both-red', 'both-blue']);
    expect(ids('gpt')).toStrictEqual(['shared', 'reds-gpt', 'blues-gpt']);
  });

  test('is listed to the team alone', () => {
    const names = (teamId: string | undefined): readonly string[] => [
      ...new Set(shownTo(ROWS, teamId).map(({ modelGroup }) => modelGroup)),
    ];
    expect(names('red')).toStrictEqual([
      'internal-red',
      'internal-red-2',
      'gpt-red',
      'internal-star',
      'internal-both-red',
      'gpt',
      'red-model',
      'wild/*',
      'both',
    ]);
    expect(names('green')).toStrictEqual(['gpt']);
    expect(names(undefined)).toStrictEqual(['gpt']);
  });
});

test('a blocked deployment serves nobody; a group with no other is there, and blocked', () => {
  const rows = [row('a', 'half', { blocked: true }), row('b', 'half'), row('c', 'whole', { blocked: true })];
  const find = compileModels(config({ deployments: rows }));
  expect(find('half').map(({ id }) => id)).toStrictEqual(['b']);
  expect(find('whole').map(({ id, blocked }) => [id, blocked])).toStrictEqual([['c', true]]);
  expect(shownTo(rows, undefined).map(({ id }) => id)).toStrictEqual(['b']);
});

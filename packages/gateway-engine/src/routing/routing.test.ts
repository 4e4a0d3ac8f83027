import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { config, deployment } from '../../test/make-config.ts';
import type { Deployment } from '../ports/index.ts';
import { compileModels } from './index.ts';
import { chooseByShuffle } from './strategies/simple-shuffle.ts';

describe('simple-shuffle', () => {
  const [one, two] = [deployment({ id: 'one' }), deployment({ id: 'two' })];

  test.each([
    [[], 0.5, undefined],
    [[one], 0.99, 'one'],
    [[one, two], 0.49, 'one'],
    [[one, two], 0.51, 'two'],
    [
      [
        { ...one, weight: 1 },
        { ...two, weight: 3 },
      ],
      0.24,
      'one',
    ],
    [
      [
        { ...one, weight: 1 },
        { ...two, weight: 3 },
      ],
      0.26,
      'two',
    ],
    [
      [
        { ...one, weight: 0 },
        { ...two, weight: 1 },
      ],
      0,
      'two',
    ],
    [
      [
        { ...one, rpm: 9 },
        { ...two, rpm: 1 },
      ],
      0.89,
      'one',
    ],
    [
      [
        { ...one, rpm: 9, weight: 1 },
        { ...two, rpm: 1, weight: 9 },
      ],
      0.2,
      'two',
    ],
    [[{ ...one, tpm: 1 }, two], 0.99, 'one'],
    [
      [
        { ...one, weight: 0 },
        { ...two, weight: 0 },
      ],
      0.75,
      'two',
    ],
  ])('%#', (deployments, random, id) => {
    expect(chooseByShuffle(deployments, random)?.id).toBe(id);
  });

  test('every number in [0, 1) gives a deployment with a share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (weights, random) => {
          const chosen = chooseByShuffle(
            weights.map((weight, index) => deployment({ id: String(index), weight })),
            random,
          );
          expect(chosen).toBeDefined();
          if (weights.some((weight) => weight > 0) && weights.length > 1) expect(chosen?.weight).toBeGreaterThan(0);
        },
      ),
    );
  });
});

/** A row with stars, as a configuration makes it. */
function starred(id: string, modelGroup: string, underlyingModel: string): Deployment {
  const row = deployment({ id, modelGroup, underlyingModel, model: '*' });
  return { ...row, forModel: (named) => ({ ...row, underlyingModel: named, model: named.replace(/^openai\//u, '') }) };
}

describe('names of models', () => {
  const find = compileModels(
    config({
      deployments: [
        deployment({ id: 'a1', modelGroup: 'a' }),
        deployment({ id: 'a2', modelGroup: 'a', underlyingModel: 'openai/gpt-5.1', model: 'gpt-5.1' }),
        starred('wide', 'openai/*', 'openai/*'),
        starred('narrow', 'openai/fo::*::static::*', 'openai/x-*-y-*'),
        deployment({ id: 'fixed', modelGroup: 'cheap-*', underlyingModel: 'openai/gpt-4o-mini', model: 'gpt-4o-mini' }),
        deployment({ id: 'under', modelGroup: 'b', underlyingModel: 'mistral/m-1', model: 'm-1' }),
        starred('few', 'pair-*-*', 'openai/one-*'),
      ],
      modelGroupAliases: new Map([
        ['alias', 'b'],
        ['a', 'b'],
      ]),
    }),
  );

  test.each([
    ['a', ['a1 gpt-4o', 'a2 gpt-5.1']],
    ['a2', ['a2 gpt-5.1']],
    ['alias', ['under m-1']],
    ['openai/gpt-9', ['wide gpt-9']],
    ['openai/org/gpt-9', ['wide org/gpt-9']],
    ['openai/fo::p::static::q', ['narrow x-p-y-q']],
    ['openai/$&', ['wide $&']],
    ['cheap-anything', ['fixed gpt-4o-mini']],
    ['pair-p-q', ['few pair-p-q']],
    ['mistral/m-1', ['under m-1']],
    ['nobody', []],
    ['', []],
    ['constructor', []],
    ['__proto__', []],
  ])('%j', (name, expected) => {
    expect(find(name).map(({ id, model }) => `${id} ${model}`)).toStrictEqual(expected);
  });
});

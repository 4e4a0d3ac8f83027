import { describe, expect, test } from 'vitest';
import { config, deployment } from '../../test/make-config.ts';
import { grants } from '../../test/make-caller.ts';
import { MASTER, type Caller, type ModelRateLimits, type RateLimits } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { compileKeyLimits, findRates } from './index.ts';

const row = (id: string, modelGroup: string, requests?: number, tokens?: number): ReturnType<typeof deployment> =>
  deployment({ id, modelGroup, ...((requests ?? tokens) !== undefined && { keyLimits: { requests, tokens } }) });
const CONFIG = config({ deployments: [row('a', 'both', 7, 700), row('b', 'both', 5), row('c', 'free')] });
const ofDeployments = compileKeyLimits(CONFIG, compileModels(CONFIG));

function key(byModel: readonly ModelRateLimits[] = [], metadata: Caller['metadata'] = {}): Caller {
  const rates: RateLimits = { own: [], byModel, others: [] };
  return { ...MASTER, kind: 'virtual-key', keyHash: 'hash', metadata, grants: grants(byModel.length === 0 ? {} : { rates }) };
}
const of = (scope: string, id: string, requests?: number, tokens?: number): object => ({
  scope,
  id,
  requests,
  tokens,
  parallel: undefined,
});
const ofKey = (requests: Record<string, number>, tokens: Record<string, number>): ModelRateLimits => ({
  scope: 'model_per_key',
  id: 'hash',
  requests,
  tokens,
});

describe('what deployments allow each key', () => {
  test.each<[string, Caller, string, readonly object[]]>([
    ['the least of a group’s', key(), 'both', [of('model_per_key', 'hash:both', 5, 700)]],
    ['nothing of a group that says nothing', key(), 'free', []],
    ['the master key’s too', MASTER, 'both', [of('model_per_key', 'litellm_proxy_master_key:both', 5, 700)]],
    ['not of who has no key', { ...key(), keyHash: undefined }, 'both', []],
    [
      'not where the key limits requests of any model',
      key([ofKey({ free: 3 }, {})]),
      'both',
      [of('model_per_key', 'hash:both', undefined, 700)],
    ],
    ['beside what the key says of tokens', key([ofKey({}, { both: 10 })]), 'both', [of('model_per_key', 'hash:both', 5, 10)]],
    [
      'and what its team says stands',
      key([{ scope: 'model_per_team', id: 't', requests: { both: 9 }, tokens: {} }]),
      'both',
      [of('model_per_key', 'hash:both', 5, 700), of('model_per_team', 't:both', 9)],
    ],
  ])('%s', (_name, caller, model, found) => {
    expect(findRates(caller, undefined, model, undefined, { ofDeployments })).toStrictEqual(found);
  });

  test('is counted for the group that an alias stands for', () => {
    expect(findRates(key(), undefined, 'alias', 'both', { ofDeployments })).toStrictEqual([of('model_per_key', 'hash:both', 5, 700)]);
  });

  test('costs nothing where no deployment limits any key', () => {
    expect(compileKeyLimits({ deployments: [row('a', 'free')] }, () => [])).toBeUndefined();
  });
});

test('a key’s limits by tag: each tag by itself, once', () => {
  const caller = key([], { tag_rpm_limit: { fast: 2, slow: 1, odd: 'x' } });
  const tags = ['slow', 'other', 'fast', 'slow', 'odd', 'constructor'];
  expect(findRates(caller, undefined, 'free', undefined, { tags })).toStrictEqual([
    of('tag_per_key', 'hash:slow', 1),
    of('tag_per_key', 'hash:fast', 2),
  ]);
  expect(findRates(key(), undefined, 'free', undefined, { tags })).toStrictEqual([]);
});

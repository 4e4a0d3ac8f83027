import { describe, expect, test } from 'vitest';
import { config, deployment } from '../../test/make-config.ts';
import type { Deployment } from '../ports/index.ts';
import { readRetryAfter } from './classify-failure.ts';
import { filterByTags, type TagRules } from './filter-by-tags.ts';
import { compileModels } from './find-deployments.ts';
import { NO_ROUTING } from './no-routing.ts';
import { readUsage } from './read-usage.ts';
import { readWishes } from './read-wishes.ts';

const RULES: TagRules = { matchAny: true, prefix: '', inherited: [] };

const tagged = (id: string, ...tags: readonly string[]): Deployment => deployment({ id, routing: { tags } });

describe('tags', () => {
  const rows = [tagged('paid', 'paid', 'eu'), tagged('free', 'free'), tagged('all', 'default'), deployment({ id: 'bare' })];
  const ids = (tags: readonly string[], matchAny = true, agent?: string, from = rows): unknown =>
    filterByTags(from, rows, tags, agent, { ...RULES, matchAny })?.map(({ id }) => id);

  test.each<[string, readonly string[], boolean, unknown]>([
    ['one is wanted', ['paid'], true, ['paid']],
    ['any of several', ['paid', 'free'], true, ['paid', 'free']],
    ['all of several', ['paid', 'eu'], false, ['paid']],
    ['all of several that nobody has', ['paid', 'free'], false, undefined],
    ['none: the default', [], true, ['all']],
    ['a stranger’s: the default', ['x'], true, ['all']],
    ['one is required', ['&eu'], true, ['paid']],
    ['one is refused, of the default', ['!default'], true, undefined],
    ['wanted and refused', ['paid', '!eu'], true, undefined],
  ])('%s', (_, tags, matchAny, found) => expect(ids(tags, matchAny)).toStrictEqual(found));

  test('without a default, a call without tags goes anywhere', () => {
    const some = [tagged('paid', 'paid'), deployment({ id: 'bare' })];
    expect(filterByTags(some, some, [], undefined, RULES)).toStrictEqual(some);
  });

  test('a tag whose deployments are all out leads to nobody else', () => {
    expect(ids(['paid'], true, undefined, rows.slice(1))).toBeUndefined();
  });

  test('patterns over the user agent; where all tags are needed they are no way around them', () => {
    const byAgent = deployment({ id: 'agent', routing: { tagPatterns: [/^User-Agent: cli\//u] } });
    const strict = deployment({ id: 'strict', routing: { tags: ['paid'], tagPatterns: [/cli/u] } });
    const some = [byAgent, strict, tagged('all', 'default')];
    expect(filterByTags(some, some, [], 'User-Agent: cli/2', { ...RULES, matchAny: true })?.map(({ id }) => id)).toStrictEqual([
      'agent',
      'strict',
    ]);
    expect(filterByTags(some, some, [], 'User-Agent: cli/2', { ...RULES, matchAny: false })?.map(({ id }) => id)).toStrictEqual(['agent']);
    expect(filterByTags(some, some, [], 'User-Agent: web', { ...RULES, matchAny: true })?.map(({ id }) => id)).toStrictEqual(['all']);
  });
});

describe('tags that are meant for the router', () => {
  const rows = [tagged('eu', 'eu'), tagged('all', 'default')];
  const ids = (tags: readonly string[], from = rows): unknown =>
    filterByTags(from, rows, tags, undefined, { ...RULES, prefix: 'route:' })?.map(({ id }) => id);

  test.each<[string, readonly string[], unknown]>([
    ['are read without their prefix', ['route:eu'], ['eu']],
    ['with their mark after it', ['route:!eu'], ['all']],
    ['beside others, which are read as ever', ['eu', 'team-a'], ['eu']],
    ['one that no deployment has leads to nobody', ['route:us'], undefined],
    ['one without the prefix that nobody knows leads to the default', ['us'], ['all']],
  ])('%s', (_, tags, found) => expect(ids(tags)).toStrictEqual(found));
});

describe('a group that fails open', () => {
  const rows = [tagged('eu', 'eu'), tagged('us', 'us', 'default'), deployment({ id: 'bare', routing: { failsOpen: true } })];
  const ids = (tags: readonly string[], inherited: readonly string[] = [], from = rows): unknown =>
    filterByTags(from, rows, tags, undefined, { ...RULES, inherited })?.map(({ id }) => id);

  test.each<[string, readonly string[], readonly string[], unknown]>([
    ['is asked, its default first, where tags lead to nobody', ['&eu', '&us'], [], ['us']],
    ['but for what key, team or project refuse', ['&eu', '&us', '!us'], ['!us'], ['eu', 'bare']],
    ['and require', ['&eu', '!eu'], ['&eu'], ['eu']],
    ['a tag that its caller made up hides no answer', ['&eu', '&mine'], [], undefined],
    ['of tags that nobody knows nothing is hidden', ['&mine'], [], ['us']],
  ])('%s', (_, tags, inherited, found) => expect(ids(tags, inherited)).toStrictEqual(found));

  test('nobody is asked where all are out that do not fail open', () => {
    expect(ids(['&us'], [], rows.slice(0, 1))).toBeUndefined();
  });
});

test('a routing group is its models’ deployments; with priorities, in the order of their models', () => {
  const rows = [deployment({ id: 'a1', modelGroup: 'a' }), deployment({ id: 'b1', modelGroup: 'b' })];
  const find = compileModels(
    config({
      deployments: rows,
      router: {
        ...NO_ROUTING,
        routingGroups: new Map([
          ['fast', { models: ['a', 'b'], strategy: 'least-busy', orders: undefined }],
          [
            'first',
            {
              models: ['b', 'a'],
              strategy: 'simple-shuffle',
              orders: new Map([
                ['a', 2],
                ['b', 1],
              ]),
            },
          ],
        ]),
      },
    }),
  );
  expect(find('fast')).toStrictEqual(rows);
  expect(find('first').map(({ id, routing }) => [id, routing?.order])).toStrictEqual([
    ['b1', 1],
    ['a1', 2],
  ]);
});

test.each([
  ['5', 5],
  ['0', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  ['Sat, 28 Nov 2026 00:01:00 GMT', 60],
  ['Fri, 27 Nov 2026 00:00:00 GMT', undefined],
])('Retry-After: %s', (value, seconds) => {
  expect(readRetryAfter(value, Date.UTC(2026, 10, 28))).toBe(seconds);
});

test.each([
  ['{"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}', { total: 7, completion: 4, cached: 0 }],
  ['{"usage": {"input_tokens": 3, "output_tokens": 4}}', { total: 7, completion: 4, cached: 0 }],
  ['{"choices":[]}', { total: 0, completion: 0, cached: 0 }],
  ['data: {"usage":null}\n\ndata: {"usage":{"completion_tokens":2,"total_tokens":5}}\n\n', { total: 5, completion: 2, cached: 0 }],
  ['{"usage":{"total_tokens": 1234567890,"prompt_tokens_details":{"cached_tokens":12}}}', { total: 1234567890, completion: 0, cached: 12 }],
  ['{"usage":{"completion_tokens":null,"output_tokens":3,"total_tokens":null}}', { total: 3, completion: 3, cached: 0 }],
  ['{"usage":{"completion_tokens":', { total: 0, completion: 0, cached: 0 }],
])('usage of %s', (text, usage) => expect(readUsage(text)).toStrictEqual(usage));

describe('what a client asks of the router', () => {
  const none = { header: (): undefined => undefined };

  test.each([
    [{}, {}],
    [{ num_retries: '3' }, { retriesMax: 3 }],
    [{ num_retries: -1, max_fallbacks: 1e9 }, { fallbacksMax: 100 }],
    [{ disable_fallbacks: true }, { fallbacksOff: true }],
    [{ fallbacks: ['a', 'b'] }, { fallbackList: [{ group: 'a' }, { group: 'b' }] }],
    [{ fallbacks: [{ model: 'a', stop: ['x'] }] }, { fallbackList: [{ group: 'a', overrides: '{"stop":["x"]}' }] }],
    [{ fallbacks: [{ a: ['b'] }] }, { fallbacks: new Map([['a', [{ group: 'b' }]]]) }],
    [{ fallbacks: 'a', context_window_fallbacks: 5 }, {}],
  ])('%j', (body, wishes) => expect(readWishes(body, none)).toStrictEqual(wishes));

  test('by header', () => {
    expect(readWishes({}, { header: (name) => (name === 'x-litellm-num-retries' ? '4' : undefined) })).toStrictEqual({ retriesMax: 4 });
  });
});

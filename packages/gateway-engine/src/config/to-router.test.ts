import { describe, expect, test } from 'vitest';
import { formatIssue, parseConfig, type LoadedConfig } from './index.ts';

const ROWS = ['a', 'b', 'c', 'd'].map((name) => `{ model_name: ${name}, litellm_params: { model: openai/${name}, api_key: k } }`);
const MODELS = `model_list: [${ROWS.join(', ')}]\n`;

function outcomeOf(text: string): { readonly issues: readonly string[]; readonly warnings: readonly string[] } {
  const outcome = parseConfig(MODELS + text, { env: {} });
  return { issues: outcome.ok ? [] : outcome.issues.map(formatIssue), warnings: outcome.warnings.map(formatIssue) };
}

function parsed(text: string): LoadedConfig {
  const outcome = parseConfig(text.startsWith('model_list') ? text : MODELS + text, { env: {} });
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  return outcome.config;
}

test('the reference’s defaults', () => {
  expect(parsed('').router).toMatchObject({
    strategy: 'simple-shuffle',
    retriesMax: 2,
    cooldownSeconds: 5,
    cooldownsOff: false,
    allowedFails: undefined,
    fallbacksMax: 5,
    attemptsMax: Infinity,
    retryAfterSeconds: 0,
    contextWindowFallbacks: undefined,
    tagsMatchAny: true,
  });
});

test('router_settings win over litellm_settings, member by member', () => {
  const { router } = parsed(`
litellm_settings: { num_retries: 7, allowed_fails: 1, fallbacks: [{ a: [b] }], max_fallbacks: 3, num_retries_per_request: 4 }
router_settings: { num_retries: 1, fallbacks: [{ c: [d] }] }
`);
  expect(router).toMatchObject({ retriesMax: 1, allowedFails: 1, fallbacksMax: 3, attemptsMax: 5 });
  expect([...(router?.fallbacks ?? [])]).toStrictEqual([['c', [{ group: 'd' }]]]);
});

test('fallbacks: the first entry of a group counts, default ones come last, a target may set members of the body', () => {
  const { router } = parsed(`
router_settings:
  fallbacks: [{ a: [b, { model: c, max_tokens: 5 }] }, { a: [d] }]
  default_fallbacks: [d]
  context_window_fallbacks: [{ a: [c] }]
  content_policy_fallbacks: []
`);
  expect(router?.fallbacks.get('a')).toStrictEqual([{ group: 'b' }, { group: 'c', overrides: '{"max_tokens":5}' }]);
  expect(router?.fallbacks.get('*')).toStrictEqual([{ group: 'd' }]);
  expect(router?.contextWindowFallbacks?.get('a')).toStrictEqual([{ group: 'c' }]);
  expect(router?.contentPolicyFallbacks).toBeUndefined();
});

test('policies: by class, with a default', () => {
  const { router } = parsed(`
router_settings:
  retry_policy: { RateLimitErrorRetries: 3, TimeoutErrorRetries: 0, DefaultRetries: 1, NoSuchErrorRetries: 9 }
  model_group_retry_policy: { a: { AuthenticationErrorRetries: 2 } }
  allowed_fails_policy: { InternalServerErrorAllowedFails: 10 }
`);
  expect(router?.retryPolicy).toStrictEqual({ counts: { RateLimitError: 3, Timeout: 0 }, default: 1 });
  expect(router?.groupRetryPolicies.get('a')).toStrictEqual({ counts: { AuthenticationError: 2 }, default: undefined });
  expect(router?.allowedFailsPolicy).toStrictEqual({ counts: { InternalServerError: 10 }, default: undefined });
});

test('what a row says to the router', () => {
  const { deployments } = parsed(`model_list:
  - model_name: a
    litellm_params: { model: openai/a, api_key: k, order: 2, rpm: 30, num_retries: 1, tags: [x], tag_regex: ["^User-Agent: cli", "["], input_cost_per_token: 0.5, output_cost_per_token: 0.25, cooldown_time: 9 }
    model_info: { allowed_fails: 4, cooldown_time: 3, max_input_tokens: 100 }
  - { model_name: a, litellm_params: { model: openai/b, api_key: k, tpm: 10000, region_name: eu-west-1 } }
  - { model_name: a, litellm_params: { model: openai/c, api_key: k, max_parallel_requests: 7, rpm: 3 } }
  - { model_name: a, litellm_params: { model: openai/d, api_key: k } }
router_settings: { default_max_parallel_requests: 11 }
`);
  const [first, ...others] = deployments.map(({ routing }) => routing);
  expect(first).toStrictEqual({
    order: 2,
    parallelMax: 30,
    retriesMax: 1,
    cooldownSeconds: 3,
    allowedFails: 4,
    tags: ['x'],
    tagPatterns: [/^User-Agent: cli/u],
    tokenCostUsd: 0.75,
    inputTokensMax: 100,
  });
  expect(others).toStrictEqual([{ parallelMax: 60, region: 'eu-west-1' }, { parallelMax: 7 }, { parallelMax: 11 }]);
});

test('routing groups, affinities, strategies by their old names', () => {
  const { router } = parsed(`
router_settings:
  routing_strategy: usage-based-routing
  routing_groups:
    - { group_name: fast, models: [a, b], routing_strategy: least-busy }
    - { group_name: first, models: [c, d], routing_strategy: priority, model_priorities: { c: 1, d: 2 } }
  optional_pre_call_checks: [session_affinity]
`);
  expect(router?.strategy).toBe('usage-based-routing-v2');
  expect(router?.routingGroups.get('fast')).toStrictEqual({ models: ['a', 'b'], strategy: 'least-busy', orders: undefined });
  expect(router?.routingGroups.get('first')?.orders).toStrictEqual(
    new Map([
      ['c', 1],
      ['d', 2],
    ]),
  );
  expect(router?.checks).toStrictEqual(new Set(['session_affinity']));
});

describe('what is wrong is said at its place', () => {
  test.each([
    [
      'router_settings: { routing_strategy: fastest }',
      'config.yaml:2:38 router_settings.routing_strategy: expected simple-shuffle, least-busy, latency-based-routing, usage-based-routing-v2, cost-based-routing, found "fastest"',
    ],
    ['router_settings: { num_retries: many }', 'config.yaml:2:33 router_settings.num_retries: expected a number ≥ 0, found "many"'],
    ['router_settings: { num_retries: 1.5 }', 'config.yaml:2:33 router_settings.num_retries: expected a whole number ≥ 0, found 1.5'],
    ['router_settings: { fallbacks: [{ a: b }] }', 'config.yaml:2:37 router_settings.fallbacks[0].a: expected a list of groups, found "b"'],
    [
      'router_settings: { fallbacks: [{ a: [b], c: [d] }] }',
      'config.yaml:2:32 router_settings.fallbacks[0]: expected one group with its fallbacks, found a mapping',
    ],
    [
      'router_settings: { routing_groups: [{ group_name: g, models: [a, b], routing_strategy: priority, model_priorities: { a: 1 } }] }',
      'config.yaml:2:116 router_settings.routing_groups[0].model_priorities: expected a priority for each of a, b, found a mapping',
    ],
  ])('%s', (text, issue) => {
    expect(outcomeOf(text).issues).toStrictEqual([issue]);
  });

  test.each([
    ['[{ a: [b] }, { b: [a] }]', 'a → b → a'],
    ['[{ a: [b] }, { b: [c] }, { c: [d, b] }]', 'b → c → b'],
    ['[{ a: [a] }]', 'a → a'],
  ])('fallbacks that lead back: %s', (list, way) => {
    const { issues } = outcomeOf(`router_settings: { fallbacks: ${list} }`);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(`expected no way back to the group itself, found ${way}`);
  });

  test('a chain of a hundred, and forty groups that each name all that follow, are none, and are soon looked through', () => {
    const groups = (count: number): string[] => Array.from({ length: count }, (_, at) => `g${at}`);
    const chain = groups(100).map((group, at) => ({ [group]: [`g${at + 1}`] }));
    expect(outcomeOf(`router_settings: { fallbacks: ${JSON.stringify(chain)} }`).issues).toStrictEqual([]);
    const all = groups(40);
    const dense = all.slice(0, -1).map((group, at) => ({ [group]: all.slice(at + 1) }));
    expect(outcomeOf(`router_settings: { fallbacks: ${JSON.stringify(dense)} }`).issues).toStrictEqual([]);
    const closed = JSON.stringify([...dense, { g39: ['g0'] }]);
    expect(outcomeOf(`router_settings: { fallbacks: ${closed} }`).issues).not.toStrictEqual([]);
  });

  test('default fallbacks are no circle', () => {
    expect(outcomeOf('router_settings: { default_fallbacks: [a], fallbacks: [{ b: [a] }] }').issues).toStrictEqual([]);
  });
});

test('more than eight calls to providers for one call are worth a warning', () => {
  const [warning] = outcomeOf('router_settings: { num_retries: 2, fallbacks: [{ a: [b, c] }] }').warnings;
  expect(warning).toBe(
    'config.yaml:2:18 router_settings: expected at most 8 calls to providers for one call of a client, found retries and fallbacks for 9; num_retries_per_request bounds them',
  );
  expect(outcomeOf('router_settings: { num_retries: 1, fallbacks: [{ a: [b, c] }] }').warnings).toStrictEqual([]);
  expect(
    outcomeOf('litellm_settings: { num_retries_per_request: 3 }\nrouter_settings: { fallbacks: [{ a: [b, c] }] }').warnings,
  ).toStrictEqual([]);
});

test('checks that are not built protect nobody, and are missing', () => {
  const config = parsed(
    'router_settings: { optional_pre_call_checks: [session_affinity, router_budget_limiting, forward_client_headers_by_model_group] }',
  );
  expect(config.missing.map(({ name, path }) => [name, path])).toStrictEqual([
    ['router_budget_limiting', 'router_settings.optional_pre_call_checks[1]'],
  ]);
});

test('affinities of a group: what is built is read, the rest is a warning', () => {
  const text = 'router_settings: { model_group_affinity_config: { a: [session_affinity, encrypted_content_affinity], b: [] } }';
  expect(parsed(text).router?.groupAffinities).toStrictEqual(
    new Map([
      ['a', new Set(['session_affinity', 'encrypted_content_affinity'])],
      ['b', new Set()],
    ]),
  );
  expect(outcomeOf(text).warnings).toHaveLength(1);
  expect(outcomeOf(text).warnings[0]).toContain('router_settings.model_group_affinity_config.a[1]: expected deployment_affinity');
});

test('what a token costs is the row’s, else the table’s, by the base model where one is named', () => {
  const { deployments } = parsed(`model_list:
  - { model_name: a, litellm_params: { model: openai/gpt-4o, api_key: k } }
  - { model_name: a, litellm_params: { model: openai/gpt-4o, api_key: k, input_cost_per_token: 1.0e-3 } }
  - { model_name: a, litellm_params: { model: openai/mine, api_key: k }, model_info: { base_model: gpt-4o } }
  - { model_name: a, litellm_params: { model: openai/mine, api_key: k } }
`);
  expect(deployments.map(({ routing }) => routing?.tokenCostUsd)).toEqual([1.25e-5, 5.001, 1.25e-5, undefined]);
  expect(deployments.map(({ prices }) => prices?.rates.get('input_cost_per_token'))).toEqual([2.5e-6, 1e-3, 2.5e-6, undefined]);
  expect(deployments.map(({ pricesFrom }) => pricesFrom)).toStrictEqual([undefined, 'row', 'base-model', undefined]);
});

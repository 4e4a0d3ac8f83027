import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { createMemoryCounters } from '../counters/index.ts';
import { createRouter, type PickRequest } from '../routing/index.ts';
import { systemClock } from '../ports/index.ts';
import { noteHealth } from './note-health.ts';

/** What the router does about deployments that a check has found ill. */

const ALL = ['a', 'b'];

/** out: the deployments of a group that calls still reach after a report, in a hundred draws, `laterMs` after it. */
function reached(
  general: JsonObject,
  ill: Readonly<Record<string, number | undefined>>,
  router: JsonObject = {},
  laterMs = 0,
): readonly string[] {
  const rows = ALL.map((id) => ({ model_name: 'group', litellm_params: { model: 'openai/gpt-4o', api_key: 'k' }, model_info: { id } }));
  const source = { model_list: rows, general_settings: general, router_settings: { disable_cooldowns: true, ...router } };
  const outcome = parseConfig(source, { env: {} });
  const config = outcome.ok ? outcome.config : expect.fail(JSON.stringify(outcome.issues));
  const counters = createMemoryCounters();
  const clock = { ...systemClock, nowMs: () => 5_000_000, monotonicMs: () => 1_000_000 };
  const row = (id: string): JsonObject => ({ model_id: id, ...(ill[id] !== undefined && { exception_status: ill[id] }) });
  const isIll = (id: string): boolean => Object.hasOwn(ill, id);
  const report = { healthy: ALL.filter((id) => !isIll(id)).map(row), unhealthy: ALL.filter(isIll).map(row), madeMs: clock.nowMs() };
  noteHealth({ counters, clock }, config, report, true);
  let draw = 0;
  const drawing = createRouter(config, counters, () => (draw = (draw + 0.01) % 1));
  const request: PickRequest = {
    target: { group: 'group' },
    deployments: config.deployments,
    body: {},
    headers: { header: () => undefined },
    stream: false,
    refusedBy: [],
    callerKey: undefined,
  };
  const picked = Array.from({ length: 100 }, () => drawing.pick(request, clock.monotonicMs() + laterMs));
  return [...new Set(picked.map((one) => (one.ok ? one.value.id : 'nobody')))].toSorted();
}

const ON = { enable_health_check_routing: true };

test.each<[string, JsonObject, Readonly<Record<string, number | undefined>>, readonly string[], JsonObject?, number?]>([
  ['routing by health is off', {}, { a: 500 }, ALL],
  ['one is ill', ON, { a: 500 }, ['b']],
  ['all are ill: it may be the check', ON, { a: 500, b: 500 }, ALL],
  ['what could not be asked', ON, { a: undefined }, ALL],
  ['a finding that is too old', { ...ON, health_check_staleness_threshold: 60 }, { a: 500 }, ALL, {}, 61_000],
  ['one that is not', { ...ON, health_check_staleness_threshold: 60 }, { a: 500 }, ['b'], {}, 59_000],
  ['too many calls', ON, { a: 429 }, ['b']],
  ['too many calls, which pass', { ...ON, health_check_ignore_transient_errors: true }, { a: 429 }, ALL],
  ['another group is watched', { ...ON, background_health_check_model_groups: ['others'] }, { a: 500 }, ALL],
  ['this group is watched', { ...ON, background_health_check_model_groups: ['group'] }, { a: 500 }, ['b']],
  ['a policy of failures decides alone', ON, { a: 500 }, ALL, { allowed_fails_policy: { InternalServerErrorAllowedFails: 3 } }],
  [
    'a policy of failures that it has passed',
    ON,
    { a: 500 },
    ['b'],
    { allowed_fails_policy: { InternalServerErrorAllowedFails: 0 }, disable_cooldowns: false },
  ],
  [
    'a failure that takes it out by itself',
    { ...ON, background_health_check_model_groups: ['others'] },
    { a: 401 },
    ['b'],
    { disable_cooldowns: false },
  ],
])('%s', (_name, general, ill, expected, router, laterMs) => {
  expect(reached(general, ill, router, laterMs)).toEqual(expected);
});

import { expect, test } from 'vitest';
import { formatIssue, parseConfig } from './index.ts';

const ROW = 'model_list: [{ model_name: a, litellm_params: { model: openai/x, api_key: k } }]\n';

function parse(settings: string): ReturnType<typeof parseConfig> {
  return parseConfig(`${ROW}litellm_settings: { ${settings} }\n`, { env: {} });
}

test('what is reserved is read where the callback is there, alone or in a list', () => {
  for (const callbacks of ['dynamic_rate_limiter_v3', '[dynamic_rate_limiter_v3]']) {
    const read = parse(`callbacks: ${callbacks}, priority_reservation: { a: 0.5, b: { type: rpm, value: 9 }, c: { value: 0.1 }, d: {} }`);
    expect([read.warnings, read.ok && read.config.missing]).toStrictEqual([[], []]);
    expect(read.ok && read.config.priorities).toStrictEqual({
      reservations: new Map([
        ['a', { of: 'part', value: 0.5 }],
        ['b', { of: 'requests', value: 9 }],
        ['c', { of: 'part', value: 0.1 }],
        ['d', { of: 'part', value: 1 }],
      ]),
      defaultPart: 0.25,
      fullFrom: 0.5,
    });
  }
  const more = parse(
    'callbacks: [dynamic_rate_limiter_v3], priority_reservation_settings: { default_priority: 0, saturation_threshold: 0.9 }',
  );
  expect(more.ok && more.config.priorities).toStrictEqual({ reservations: undefined, defaultPart: 0, fullFrom: 0.9 });
});

test('without the callback nothing is held, and that is said', () => {
  const read = parse('priority_reservation: { a: 0.5 }');
  expect(read.ok && read.config.priorities).toBeUndefined();
  expect(read.warnings.map(formatIssue)).toStrictEqual([
    expect.stringMatching(/^config\.yaml:2:\d+ litellm_settings\.priority_reservation: .*does nothing for here$/u),
  ]);
});

test('the older limiter reads the same reservations', () => {
  const read = parse('callbacks: [dynamic_rate_limiter], priority_reservation: { a: 0.5 }');
  expect([read.warnings, read.ok && read.config.missing, read.ok && read.config.priorities]).toStrictEqual([[], [], undefined]);
  expect(read.ok && read.config.activeShares).toStrictEqual(new Map([['a', { of: 'part', value: 0.5 }]]));
  const bare = parse('callbacks: [dynamic_rate_limiter]');
  expect(bare.ok && bare.config.activeShares).toStrictEqual(new Map());
});

test.each(['a: much', 'a: { type: share, value: 1 }', 'a: { value: -1 }', '7'])('a reservation that is none is an error: %s', (entry) => {
  const reserved = entry === '7' ? entry : `{ ${entry} }`;
  expect(parse(`callbacks: [dynamic_rate_limiter_v3], priority_reservation: ${reserved}`).ok).toBe(false);
});

import { expect, test } from 'vitest';
import { formatIssue } from './config-issue.ts';
import { toPlain } from './config-node.ts';
import { readYaml } from './read-yaml.ts';

test.each([
  ['a merge, overruled', 'base: &b { x: 1, y: 1 }\nmine: { <<: *b, y: 2 }\n', { base: { x: 1, y: 1 }, mine: { x: 1, y: 2 } }],
  ['of two merges the first', 'a: &a { x: 1 }\nb: &b { x: 2, y: 2 }\nc: { <<: [*a, *b] }\n', { c: { x: 1, y: 2 } }],
  ['of two anchors the last before the alias', 'a: &n 1\nb: *n\nc: &n 2\nd: *n\n', { b: 1, d: 2 }],
  ['an anchor on a key', '&k a: 1\nb: *k\n', { b: 'a' }],
])('%s', (_name, text, expected) => {
  const { root, warnings } = readYaml(text, 'c.yaml');
  expect([root && toPlain(root), warnings]).toMatchObject([expected, []]);
});

test.each([
  ['an alias of nothing', 'a: *later\nb: &later 1\n', 'c.yaml:1:4 expected an anchor &later before its alias, found *later'],
  ['an alias within what it names', 'a: &a [*a]\n', 'c.yaml:1:8 expected an anchor &a before its alias, found *a'],
])('%s', (_name, text, issue) => {
  const { root, errors } = readYaml(text, 'c.yaml');
  expect([root, errors.map(formatIssue)]).toStrictEqual([undefined, [issue]]);
});

test('time grows with the text, not with its square: thousands of keys in one mapping, thousands of aliases', () => {
  const keys = Array.from({ length: 20_000 }, (_, at) => `  key-${at}: ${at}\n`).join('');
  const merged = Array.from({ length: 5_000 }, () => '  - { <<: *base, y: 2 }\n').join('');
  const { root } = readYaml(`base: &base { x: 1 }\nkeys:\n${keys}list:\n${merged}`, 'c.yaml');
  expect(root?.content instanceof Map && root.content.size).toBe(3);
}, 60_000);

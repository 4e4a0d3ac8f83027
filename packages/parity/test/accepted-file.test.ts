import { expect, test } from 'vitest';
import { findAccepted } from '../src/compare/accepted-differences.ts';
import { findStale, parseAccepted, suggestEntry } from '../src/replay/accepted-file.ts';

const ENTRY = {
  id: 'tier',
  why: 'nobody reads it',
  owner: 'platform',
  expires: '2027-03-31',
  path: '^answer\\.body\\.tier$',
  got: 'present',
};

const parsed = (...entries: readonly object[]): Exclude<ReturnType<typeof parseAccepted>, string> => {
  const outcome = parseAccepted(JSON.stringify(entries));
  return typeof outcome === 'string' ? expect.unreachable(outcome) : outcome;
};

test.each([
  ['no list', '{}', 'expected a list'],
  ['no reason', JSON.stringify([{ ...ENTRY, why: '' }]), '[0]: why: expected a reason'],
  ['no owner', JSON.stringify([{ ...ENTRY, owner: undefined }]), '[0]: owner: expected who answers for it'],
  ['no end', JSON.stringify([{ ...ENTRY, expires: 'never' }]), '[0]: expires: expected a day, YYYY-MM-DD'],
  ['no path', JSON.stringify([{ ...ENTRY, path: '(' }]), '[0]: path: expected a regular expression'],
  ['no side', JSON.stringify([ENTRY, { ...ENTRY, got: undefined }]), '[1]: expected or got: at least one must be said'],
  ['an odd side', JSON.stringify([{ ...ENTRY, got: 'maybe' }]), '[0]: expected, got: "absent", "present" or { "is": value }'],
])('%s', (_, text, problem) => expect(parseAccepted(text)).toBe(problem));

test.each([
  [{ got: 'present' }, 'answer.body.tier', undefined, 'a', true],
  [{ got: 'present' }, 'answer.body.tier', 'a', undefined, false],
  [{ got: 'present' }, 'answer.body.tiers', undefined, 'a', false],
  [{ got: 'absent' }, 'answer.body.tier', 'a', undefined, true],
  [{ expected: { is: 'a' }, got: { is: ['b'] } }, 'answer.body.tier', 'a', ['b'], true],
  [{ expected: { is: 'a' }, got: { is: ['b'] } }, 'answer.body.tier', 'a', ['c'], false],
])('%o at %s: %o, %o is accepted: %s', (sides, path, expected, got, accepted) => {
  const { got: _got, ...rest } = ENTRY;
  expect(findAccepted({ path, expected, got }, parsed({ ...rest, ...sides })) !== undefined).toBe(accepted);
});

test("what is past its day, and one's own that no call needed, fail a run", () => {
  const [own] = [parsed(ENTRY)];
  expect(findStale([], own, new Set(['tier']), '2027-03-31')).toStrictEqual([]);
  expect(findStale([], own, new Set(), '2027-03-31')).toStrictEqual(['accepted difference tier covers no call']);
  expect(findStale([], own, new Set(['tier']), '2027-04-01')).toStrictEqual(['accepted difference tier expired on 2027-03-31']);
  // Those that every run shares need not all be met by somebody's traffic.
  expect(findStale(own, [], new Set(), '2027-03-31')).toStrictEqual([]);
});

test('a suggestion would accept its place once somebody has written why, and not before', () => {
  const example = { sides: 'hono', path: 'answer.body.choices[3].tier', expected: 'nothing', got: '"a"' };
  const cluster = {
    path: 'answer.body.choices[*].tier',
    surface: 'answer',
    comparisons: 1,
    sides: ['hono'],
    exampleId: 'a',
    example,
  } as const;
  const suggestion = suggestEntry(cluster, '2027-03-31');
  expect(parseAccepted(`[${suggestion}]`)).toBe('[0]: why: expected a reason');
  const written = parsed({ ...(JSON.parse(suggestion) as object), why: 'a test', owner: 'parity' });
  expect(findAccepted({ path: example.path, expected: undefined, got: 'a' }, written)?.why).toBe('a test');
  expect(findAccepted({ path: example.path, expected: 'a', got: undefined }, written)).toBeUndefined();
});

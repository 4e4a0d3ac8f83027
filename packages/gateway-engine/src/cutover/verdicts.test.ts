import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseVerdicts, type RuleVerdict, type VerdictsFile } from './verdicts.ts';

const VERDICT: RuleVerdict = {
  rule: 'ocr',
  fingerprint: 'f'.repeat(64),
  verdict: 'pass',
  serving: 'reference',
  candidate: 'hono',
  samples: 3000,
  mismatched: 0,
  bound: 0.000998,
  confidence: 0.95,
  reasons: [],
  strata: [{ dimension: 'provider', value: 'mistral', samples: 3000, mismatched: 0 }],
};
const FILE: VerdictsFile = { version: 1, madeAt: '2026-11-28T12:00:00Z', verdicts: [VERDICT] };

test('what was written is read, unknown members beside it', () => {
  expect(parseVerdicts(JSON.stringify(FILE))).toStrictEqual({ ok: true, file: FILE });
  expect(parseVerdicts(JSON.stringify({ ...FILE, by: 'ci' }))).toStrictEqual({ ok: true, file: FILE });
});

test.each<[why: string, text: string]>([
  ['no JSON', '{"version":1,'],
  ['no JSON object', '[]'],
  ['version 2; version 1 is read here', JSON.stringify({ ...FILE, version: 2 })],
  ['version undefined; version 1 is read here', '{}'],
  ['madeAt is no time', JSON.stringify({ ...FILE, madeAt: 'yesterday' })],
  ['verdicts is no list', JSON.stringify({ ...FILE, verdicts: {} })],
  ['verdicts[1] is no verdict', JSON.stringify({ ...FILE, verdicts: [VERDICT, null] })],
  ['verdicts[0] is no verdict', JSON.stringify({ ...FILE, verdicts: [{ ...VERDICT, madeAt: 'yesterday' }] })],
])('%s', (why, text) => expect(parseVerdicts(text)).toStrictEqual({ ok: false, why }));

test('a verdict that lacks a member, or has it of another kind, is none', () => {
  const names = Object.keys(VERDICT) as (keyof RuleVerdict)[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom(undefined, null, -1, 1.5, 'maybe', {}, [7]), (name, value) => {
      fc.pre(!(typeof value === 'string' && (name === 'rule' || name === 'fingerprint')));
      const text = JSON.stringify({ ...FILE, verdicts: [{ ...VERDICT, [name]: value }] });
      expect(parseVerdicts(text)).toStrictEqual({ ok: false, why: 'verdicts[0] is no verdict' });
    }),
  );
});

test('no text makes the reader throw', () => {
  expect(fc.check(fc.property(fc.oneof(fc.string(), fc.json()), (text) => !parseVerdicts(text).ok)).failed).toBe(false);
});

import { describe, expect, test } from 'vitest';
import type { CandidateMode, MigrationRule } from '../ports/index.ts';
import { activate } from './activate.ts';
import { NO_STATE, type DatedVerdict, type RuleState } from './gate-state.ts';
import { standingOf, type GateFacts } from './standing.ts';

const RULE: MigrationRule = {
  name: 'ocr',
  match: { route: '/v1/ocr', provider: 'mistral' },
  lane: 'reference',
  candidate: { lane: 'hono', mode: 'on', percent: 10, sticky: 'key' },
};
const CHANGE = { at: '2026-06-01T00:00:00.000Z', by: 'ann' };

function verdict(more: Partial<DatedVerdict> = {}): DatedVerdict {
  const shown = { samples: 3_000, mismatched: 0, bound: 0.001, confidence: 0.95, reasons: [], strata: [] };
  const lanes = { serving: 'reference', candidate: 'hono' } as const;
  return {
    rule: 'ocr',
    fingerprint: 'running',
    verdict: 'pass',
    ...lanes,
    ...shown,
    madeAt: '2026-05-01T00:00:00Z',
    fileHash: 'file',
    ...more,
  };
}

function facts(verdicts: readonly DatedVerdict[] = [], more: Partial<GateFacts> = {}): GateFacts {
  return { fingerprints: new Map([['ocr', 'running']]), verdicts, state: NO_STATE, ...more };
}

function saying(said: Partial<RuleState>): Pick<GateFacts, 'state'> {
  const { match, lane } = RULE;
  return { state: { ...NO_STATE, rules: { ocr: { ...CHANGE, match, lane, candidate: 'hono', mode: 'on', percent: 0, ...said } } } };
}

const FORCED = { ...CHANGE, reason: 'we looked at it', fingerprint: 'running' };
const OTHER = verdict({ fingerprint: 'other' });

const CASES: readonly (readonly [name: string, facts: GateFacts, inForce: CandidateMode, why: string])[] = [
  ['no verdict', facts(), 'off', 'no verdict'],
  ['a pass', facts([verdict()]), 'on', 'candidate on'],
  ['a fail', facts([verdict({ verdict: 'fail' })]), 'off', 'verdict fail'],
  ['too few samples', facts([verdict({ verdict: 'inconclusive' })]), 'off', 'verdict inconclusive'],
  ['a pass of other code', facts([OTHER]), 'off', 'verdict of other code or configuration'],
  ['a pass of another rule', facts([verdict({ rule: 'chat' })]), 'off', 'no verdict'],
  ['a pass of other lanes', facts([verdict({ candidate: 'legacy-thin' })]), 'off', 'no verdict'],
  ['a later fail', facts([verdict({ verdict: 'fail', madeAt: '2026-05-02T00:00:00Z' }), verdict()]), 'off', 'verdict fail'],
  ['an earlier fail', facts([verdict(), verdict({ verdict: 'fail', madeAt: '2026-04-30T00:00:00+02:00' })]), 'on', 'candidate on'],
  ['a pass beside later ones of other code', facts([verdict(), { ...OTHER, madeAt: '2026-09-01T00:00:00Z' }]), 'on', 'candidate on'],
  ['code that has no fingerprint', facts([verdict()], { fingerprints: new Map() }), 'off', 'running code has no fingerprint'],
  ['the evidence of a promotion', facts([], saying({ verdict: verdict() })), 'on', 'candidate on'],
  ['said to be off', facts([verdict()], saying({ mode: 'off' })), 'off', 'candidate off'],
  ['said to be a canary', facts([verdict()], saying({ mode: 'canary', percent: 5 })), 'canary', 'in the canary'],
  ['forced', facts([], saying({ forced: FORCED })), 'on', 'candidate on, by force'],
  ['forced against an earlier fail', facts([verdict({ verdict: 'fail' })], saying({ forced: FORCED })), 'on', 'candidate on, by force'],
  [
    'forced, and a fail since',
    facts([verdict({ verdict: 'fail', madeAt: '2026-06-02T00:00:00Z' })], saying({ forced: FORCED })),
    'off',
    'verdict fail',
  ],
  [
    'forced for other code',
    facts([], saying({ forced: { ...FORCED, fingerprint: 'other' } })),
    'off',
    'forced for other code or configuration',
  ],
  ['the kill switch', facts([verdict()], { state: { ...NO_STATE, off: { ...CHANGE, reason: 'fire' } } }), 'off', 'kill switch'],
  ['a state that cannot be read', facts([verdict()], { unreadable: 'no JSON' }), 'off', 'run-time state cannot be read'],
];

describe('a candidate that is asked for', () => {
  test.each(CASES)('%s', (_name, given, inForce, why) => {
    expect(standingOf(RULE, given)).toMatchObject({ inForce, why });
    const [active] = activate({ referenceUrl: 'http://r.test', rules: [RULE], defaultLane: 'hono' }, given).rules;
    expect([active?.moves?.lane, active?.stays.lane]).toStrictEqual([inForce === 'off' ? undefined : 'hono', 'reference']);
    expect(active?.stays.why).toBe(inForce === 'canary' ? 'outside the canary' : why);
  });

  test('a rule that does not move does not stand at a gate', () => {
    const { candidate: _none, ...still } = RULE;
    expect(standingOf(still, facts())).toBeUndefined();
  });
});

describe('what was said at run time', () => {
  test.each<[name: string, rule: MigrationRule]>([
    ['another match', { ...RULE, match: { route: '/v1/ocr' } }],
    ['another serving lane', { ...RULE, lane: 'legacy-io' }],
    ['another candidate', { ...RULE, candidate: { lane: 'legacy-thin', mode: 'on', percent: 0, sticky: 'key' } }],
  ])('is dropped for a rule with %s, and said so', (_name, rule) => {
    const given = facts([], saying({ mode: 'off' }));
    expect(standingOf(rule, given)?.mode).toBe('on');
    expect(activate({ referenceUrl: 'http://r.test', rules: [rule], defaultLane: 'hono' }, given).dropped).toStrictEqual(['ocr']);
  });

  test('is dropped with its rule; and holds when mode, percent or gate of the config file change', () => {
    const given = facts([], saying({ mode: 'off' }));
    expect(activate({ referenceUrl: undefined, rules: [], defaultLane: 'hono' }, given).dropped).toStrictEqual(['ocr']);
    const rule: MigrationRule = { ...RULE, candidate: { lane: 'hono', mode: 'canary', percent: 90, sticky: 'team' } };
    expect(standingOf(rule, given)).toMatchObject({ mode: 'off', percent: 0 });
  });
});

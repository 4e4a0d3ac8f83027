import { describe, expect, test } from 'vitest';
import type { MigrationRule } from '../ports/index.ts';
import { lift, nextStep, promote, rollBack, switchOff, type Promotion } from './change-gates.ts';
import { NO_STATE, type DatedVerdict, type GateState } from './gate-state.ts';
import { standingOf, type GateFacts } from './standing.ts';

const RULE: MigrationRule = {
  name: 'ocr',
  match: { route: '/v1/ocr' },
  lane: 'reference',
  candidate: { lane: 'hono', mode: 'off', percent: 10, sticky: 'key' },
};
const CHANGE = { at: '2026-06-01T00:00:00.000Z', by: 'ann' };
const PASS: DatedVerdict = {
  rule: 'ocr',
  fingerprint: 'running',
  verdict: 'pass',
  serving: 'reference',
  candidate: 'hono',
  samples: 3_000,
  mismatched: 0,
  bound: 0.001,
  confidence: 0.95,
  reasons: [],
  strata: [],
  madeAt: '2026-05-01T00:00:00Z',
  fileHash: 'file',
};

function facts(verdicts: readonly DatedVerdict[], state: GateState = NO_STATE): GateFacts {
  return { fingerprints: new Map([['ocr', 'running']]), verdicts, state };
}

function stateOf(promotion: Promotion): GateState {
  if (!promotion.ok) throw new Error(promotion.why);
  return promotion.change.state;
}

describe('promote', () => {
  test('goes by way of the canary, on evidence that is kept and written down', () => {
    const first = promote(RULE, nextStep(RULE, 'off'), facts([PASS]), undefined, CHANGE);
    expect(first).toMatchObject({
      change: { entry: { action: 'promote', revision: 1, rule: 'ocr', from: 'off', to: 'canary 10 %', fingerprint: 'running', ...CHANGE } },
    });
    expect(first).toMatchObject({ change: { entry: { evidence: PASS } } });
    // The file with the verdict may be gone by then.
    const second = promote(RULE, nextStep(RULE, 'canary'), facts([], stateOf(first)), undefined, CHANGE);
    expect(second).toMatchObject({ change: { entry: { revision: 2, from: 'canary 10 %', to: 'on' } } });
    expect(standingOf(RULE, facts([], stateOf(second)))).toMatchObject({ inForce: 'on' });
  });

  test.each<[why: string, given: GateFacts]>([
    ['no verdict', facts([])],
    ['verdict fail', facts([{ ...PASS, verdict: 'fail' }])],
    ['verdict of other code or configuration', facts([{ ...PASS, fingerprint: 'other' }])],
    ['kill switch', facts([PASS], switchOff(NO_STATE, 'fire', CHANGE).state)],
  ])('is refused: %s', (why, given) => {
    expect(promote(RULE, { mode: 'on', percent: 0 }, given, undefined, CHANGE)).toStrictEqual({ ok: false, why });
  });

  test('by force has a reason, which is kept, written down, and holds for this code alone', () => {
    const forced = promote(RULE, { mode: 'on', percent: 0 }, facts([]), 'we looked', CHANGE);
    expect(forced).toMatchObject({ change: { entry: { reason: 'we looked', to: 'on' } } });
    const state = stateOf(forced);
    expect(standingOf(RULE, facts([], state))?.inForce).toBe('on');
    const otherCode = { ...facts([], state), fingerprints: new Map([['ocr', 'other']]) };
    expect(standingOf(RULE, otherCode)).toMatchObject({ inForce: 'off', why: 'forced for other code or configuration' });
  });

  test('by force lifts no kill switch', () => {
    const given = facts([], switchOff(NO_STATE, 'fire', CHANGE).state);
    expect(promote(RULE, { mode: 'on', percent: 0 }, given, 'we looked', CHANGE)).toStrictEqual({ ok: false, why: 'kill switch' });
  });
});

test('roll back takes a rule to its serving lane, also against the config file', () => {
  const rule: MigrationRule = { ...RULE, candidate: { lane: 'hono', mode: 'on', percent: 0, sticky: 'key' } };
  const { state, entry } = rollBack(rule, facts([PASS]), 'too slow', CHANGE);
  expect(entry).toMatchObject({ action: 'rollback', rule: 'ocr', from: 'on', to: 'off', reason: 'too slow', revision: 1 });
  expect(standingOf(rule, facts([PASS], state))).toMatchObject({ inForce: 'off', why: 'candidate off' });
});

test('the kill switch holds until it is lifted, and forgets nothing', () => {
  const on = stateOf(promote(RULE, { mode: 'on', percent: 0 }, facts([PASS]), undefined, CHANGE));
  const killed = switchOff(on, 'fire', CHANGE);
  expect(killed.entry).toMatchObject({ action: 'off', reason: 'fire', revision: 2 });
  expect(standingOf(RULE, facts([PASS], killed.state))).toMatchObject({ mode: 'on', inForce: 'off', why: 'kill switch' });
  const lifted = lift(killed.state, CHANGE);
  expect(lifted.entry).toMatchObject({ action: 'lift', revision: 3 });
  expect(standingOf(RULE, facts([PASS], lifted.state))).toMatchObject({ inForce: 'on' });
});

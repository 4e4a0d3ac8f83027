import { describe, expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import type { AccessWindow } from '../ports/index.ts';
import { leaveServing, type Asker } from './index.ts';

const nobody: Asker = { teamId: undefined, role: undefined };
const red: Asker = { teamId: 'red', role: undefined };
const at = (text: string): { nowMs: () => number } => ({ nowMs: () => Date.parse(`2026-11-29T${text}Z`) });
const window = (start: string, end: string, timeZone = 'UTC', ...teams: string[]): AccessWindow => {
  const seconds = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 60;
  return { startSeconds: seconds(start), endSeconds: seconds(end), endText: end, timeZone, teams: new Set(teams) };
};

describe('hours of some teams', () => {
  const day = window('09:00', '17:00', 'UTC', 'red');
  const night = window('22:00', '06:00', 'UTC', 'red');
  const paris = window('09:00', '17:00', 'Europe/Paris', 'red');

  test.each<[string, AccessWindow, string, Asker, boolean]>([
    ['before', day, '08:59:59', nobody, true],
    ['from its start', day, '09:00:00', nobody, false],
    ['to its end', day, '16:59:59', nobody, false],
    ['after', day, '17:00:00', nobody, true],
    ['its team', day, '12:00:00', red, true],
    ['another team', day, '12:00:00', { teamId: 'blue', role: 'proxy_admin' }, false],
    ['over midnight, late', night, '23:00:00', nobody, false],
    ['over midnight, at it', night, '00:00:00', nobody, false],
    ['over midnight, early', night, '05:59:59', nobody, false],
    ['over midnight, by day', night, '12:00:00', nobody, true],
    ['by its own clock, an hour ahead', paris, '08:00:00', nobody, false],
    ['by its own clock, over', paris, '16:00:00', nobody, true],
  ])('%s', (_name, one, time, caller, serves) => {
    const rows = [deployment({ windows: [one] })];
    const left = leaveServing({ hasWindows: true }, rows, 'group', caller, at(time));
    expect(left.ok).toBe(serves);
    if (!left.ok) {
      const until = `${one.endText} ${one.timeZone}`;
      expect(left.error).toStrictEqual({ kind: 'model-refused', why: { kind: 'reserved', model: 'group', until } });
    }
  });

  test('the others of a group serve on; a second window lets its team in as well', () => {
    const rows = [deployment({ id: 'kept', windows: [day, window('10:00', '14:00', 'UTC', 'blue')] }), deployment({ id: 'free' })];
    const ids = (caller: Asker): unknown => {
      const left = leaveServing({ hasWindows: true }, rows, 'group', caller, at('12:00:00'));
      return left.ok && left.value.map(({ id }) => id);
    };
    expect([ids(nobody), ids(red), ids({ teamId: 'blue', role: undefined })]).toStrictEqual([['free'], ['kept', 'free'], ['kept', 'free']]);
    expect(leaveServing({ hasWindows: true }, rows, 'group', red, at('12:00:00'))).toMatchObject({ value: rows });
  });
});

test('where prices must be known, one priced deployment will do', () => {
  const [priced, unpriced] = [deployment({ priced: true }), deployment()];
  const serves = (rows: readonly ReturnType<typeof deployment>[], pricesNeeded: boolean): boolean =>
    leaveServing({ pricesNeeded }, rows, 'group', nobody, at('12:00:00')).ok;
  expect([serves([unpriced], true), serves([unpriced, priced], true), serves([unpriced], false)]).toStrictEqual([false, true, true]);
});

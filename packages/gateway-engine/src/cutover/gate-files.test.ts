import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog, type Log, type LogFields, type MigrationRule } from '../ports/index.ts';
import { lift, switchOff } from './change-gates.ts';
import { createGates } from './create-gates.ts';
import { changeGateState, gatePaths, readGateState, readHistory, readVerdicts, type GatePaths } from './gate-files.ts';
import { RunningCounts, readRunning } from './running-report.ts';

const CHANGE = { at: '2026-06-01T00:00:00.000Z', by: 'ann' };
const IN_FORCE_MS_MAX = 20_000;

let data: string;
let paths: GatePaths;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'stagegate-gates-'));
  paths = gatePaths(data);
});

afterEach(() => rmSync(data, { recursive: true }));

describe('the state', () => {
  test('changes whole, with its line in the trail; nothing else is left behind', () => {
    expect(readGateState(paths.state)).toStrictEqual({ state: { version: 1, revision: 0, rules: {} } });
    changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE));
    changeGateState(paths, (state) => lift(state, CHANGE));
    expect(readGateState(paths.state).state).toStrictEqual({ version: 1, revision: 2, rules: {} });
    expect(readHistory(paths.history)).toMatchObject([
      { revision: 1, action: 'off', reason: 'fire', ...CHANGE },
      { revision: 2, action: 'lift' },
    ]);
    expect(readdirSync(paths.folder).toSorted()).toStrictEqual(['history.jsonl', 'state.json']);
  });

  test.each(['', '{"version":1', '[]', '{"version":2,"revision":1,"rules":{}}', '{"version":1,"revision":1,"rules":{"a":{"mode":"on"}}}'])(
    'that cannot be read is not taken for none, and not overwritten: %j',
    (text) => {
      mkdirSync(paths.folder);
      writeFileSync(paths.state, text);
      expect(readGateState(paths.state).unreadable).toContain(paths.state);
      expect(() => changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE))).toThrow(paths.state);
      expect(readFileSync(paths.state, 'utf8')).toBe(text);
    },
  );

  test('a change that is refused changes nothing and lets the next one in', () => {
    const refuse = (): never => {
      throw new Error('refused');
    };
    expect(() => changeGateState(paths, refuse)).toThrow('refused');
    expect(readHistory(paths.history)).toStrictEqual([]);
    expect(changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE)).revision).toBe(1);
  });

  test('the lock of somebody who died is taken over', () => {
    mkdirSync(paths.folder);
    writeFileSync(paths.lock, '');
    utimesSync(paths.lock, 0, 0);
    expect(changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE)).revision).toBe(1);
  });

  test('a line that a crash has cut costs that line alone', () => {
    changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE));
    writeFileSync(paths.history, '{"revision":', { flag: 'a' });
    expect(readHistory(paths.history)).toHaveLength(1);
  });
});

test('verdicts that cannot be read are none, and say why', () => {
  mkdirSync(join(data, 'parity'));
  expect(readVerdicts(paths.verdicts)).toStrictEqual({ verdicts: [] });
  writeFileSync(paths.verdicts, '{');
  expect(readVerdicts(paths.verdicts)).toStrictEqual({ verdicts: [], problem: `${paths.verdicts}: no JSON` });
});

test('a verdict is as old as its file, unless it says that it is older', () => {
  mkdirSync(join(data, 'parity'));
  const shown = { samples: 3_000, mismatched: 0, bound: 0.001, confidence: 0.95, reasons: [], strata: [] };
  const verdict = { rule: 'ocr', fingerprint: 'running', verdict: 'pass', serving: 'legacy-io', candidate: 'hono', ...shown };
  const [now, before] = ['2026-11-28T12:00:00Z', '2026-11-20T12:00:00Z'];
  const verdicts = [verdict, { ...verdict, rule: 'chat', madeAt: before }];
  writeFileSync(paths.verdicts, JSON.stringify({ version: 1, madeAt: now, verdicts }));
  expect(readVerdicts(paths.verdicts).verdicts).toMatchObject([
    { rule: 'ocr', madeAt: now },
    { rule: 'chat', madeAt: before },
  ]);
});

const RULE: MigrationRule = {
  name: 'ocr',
  match: { route: '/v1/ocr' },
  lane: 'legacy-io',
  candidate: { lane: 'hono', mode: 'on', percent: 0, sticky: 'key' },
};

test('gates follow the files, log what changes, and shut when they cannot be read', async () => {
  const logged: (readonly [event: string, fields: LogFields | undefined])[] = [];
  const keep = (event: string, fields?: LogFields): void => void logged.push([event, fields]);
  const log: Log = { ...silentLog, info: keep, warn: keep, error: keep };
  const migration = { referenceUrl: undefined, rules: [RULE], defaultLane: 'hono' } as const;
  const gates = createGates({ migration, fingerprints: new Map([['ocr', 'running']]), data, log });
  const why = (): string | undefined => gates.active.rules[0]?.standing?.why;
  const becomes = (expected: string): Promise<void> => expect.poll(why, { timeout: IN_FORCE_MS_MAX }).toBe(expected);
  try {
    expect(why()).toBe('no verdict');
    const shown = { samples: 3_000, mismatched: 0, bound: 0.001, confidence: 0.95, reasons: [], strata: [] };
    const verdict = { rule: 'ocr', fingerprint: 'running', verdict: 'pass', serving: 'legacy-io', candidate: 'hono', ...shown };
    mkdirSync(join(data, 'parity'));
    writeFileSync(paths.verdicts, JSON.stringify({ version: 1, madeAt: CHANGE.at, verdicts: [verdict] }));
    await becomes('candidate on');
    changeGateState(paths, (state) => switchOff(state, 'fire', CHANGE));
    await becomes('kill switch');
    changeGateState(paths, (state) => lift(state, CHANGE));
    await becomes('candidate on');
    writeFileSync(paths.state, 'nonsense');
    await becomes('run-time state cannot be read');
    expect(logged.map(([event, fields]) => `${event}: ${String(fields?.['why'] ?? '')}`)).toStrictEqual([
      'gate: no verdict',
      'gate: candidate on',
      'gate: kill switch',
      'gate: candidate on',
      `run-time state cannot be read: every gate is shut: ${paths.state}: no JSON`,
      'gate: run-time state cannot be read',
    ]);
  } finally {
    gates.close();
  }
});

test('a gateway reports its counts while it runs; what a killed one left is passed over', async () => {
  const counts = new RunningCounts(data, 'code');
  const choice = { lane: 'hono', servingLane: 'legacy-io', rule: 'ocr', why: 'candidate on' } as const;
  counts.countChosen(choice);
  counts.countChosen(choice);
  counts.countChosen({ ...choice });
  for (let at = 0; at < 600; at += 1) {
    counts.countDeclined({ rule: 'ocr', lane: 'hono', declined: { by: 'core', reason: `reason ${at}` }, servedBy: undefined });
  }
  await expect
    .poll(() => readRunning(data)[0]?.calls, { timeout: IN_FORCE_MS_MAX })
    .toStrictEqual([{ rule: 'ocr', lane: 'hono', why: 'candidate on', count: 3 }]);
  const [report] = readRunning(data);
  expect(report).toMatchObject({ pid: process.pid, codeHash: 'code' });
  expect(report?.declined.length).toBe(501);
  const others = { rule: 'ocr', lane: 'hono', by: 'core', reason: 'other reasons', servedBy: null, count: 100 };
  expect(report?.declined.at(-1)).toStrictEqual(others);
  // No process has this id: it is the highest that there can be, and one more.
  writeFileSync(join(paths.running, '4194305.json'), JSON.stringify({ ...report, pid: 4_194_305 }));
  expect(readRunning(data)).toHaveLength(1);
  counts.close();
  await expect.poll(() => readRunning(data), { timeout: IN_FORCE_MS_MAX }).toStrictEqual([]);
});

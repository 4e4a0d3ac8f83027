import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { DEFAULT_GATE } from '@stagegate/gateway-engine/ports';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPORT_FORMATS, runReplay, runReport, type ReplayCommand } from '../src/command/index.ts';
import { compareHeaders } from '../src/compare/compare-headers.ts';
import { OWN_CLASSES } from '../src/compare/field-classes.ts';
import { buildReport } from '../src/report/build-report.ts';
import type { Comparison } from '../src/verdict/comparison.ts';
import { Replayer } from '../src/replay/replay-records.ts';
import { readRun } from '../src/replay/run-files.ts';
import { toBodyText } from '../src/replay/sent-request.ts';
import { recordVectors, vectorsConfig, writeRecords } from './support/make-records.ts';

/** What was no sample, in the words that people read: else a verdict of few samples cannot be understood. */

const COMPACTED = 'a compacted conversation is not continued on another provider';
let dir = '';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'not-compared-'));
  const [one] = await recordVectors('hono', 'messages/groq/*');
  if (one === undefined) throw new Error('no vector');
  const messages = [{ role: 'assistant', content: [{ type: 'compaction', content: 'what was said' }] }];
  const records: CallRecord[] = [
    one,
    { ...one, id: 'handed-on', declined: { by: 'core', reason: 'media' } },
    ...['unread-1', 'unread-2'].map((id) => ({ ...one, id, answer: { ...one.answer, body: { dropped: true, bytes: 1 } as const } })),
    ...['compacted-1', 'compacted-2', 'compacted-3'].map((id) => ({
      ...one,
      id,
      client: { ...one.client, body: { text: JSON.stringify({ model: one.deployment?.modelGroup, max_tokens: 9, messages }) } },
    })),
  ];
  await writeRecords(join(dir, 'records'), records);
});

afterAll(() => rmSync(dir, { recursive: true }));

const quiet = { out: (): void => undefined, error: (): void => undefined, isWatched: false };

function commandFor(run: string): ReplayCommand {
  return {
    records: join(dir, 'records'),
    config: vectorsConfig(),
    configFile: 'config.yaml',
    lanes: ['legacy-thin', 'hono'],
    referencePython: undefined,
    out: join(dir, run),
    verdictsFile: join(dir, `${run}.json`),
    jobs: 1,
    share: undefined,
    resume: false,
    noiseShare: 0,
    acceptedFile: undefined,
    showContent: false,
    codeHash: undefined,
  };
}

test('a replay and its reports say how many calls were not compared or declined, and why', async () => {
  let out = '';
  const terminal = { out: (text: string): void => void (out += text), error: (): void => undefined, isWatched: false };
  const run = join(dir, 'run');
  const command = commandFor('run');
  expect(await runReplay(command, terminal)).toBe(3);
  expect(out).toMatch(/^ {2}default +inconclusive +1 +0 +95 % +0 +0 +legacy-thin → hono$/mu);
  expect(out).toContain('\nNot compared\n  2 × its content was not kept\n  1 × given back by hono: another lane served it\n');
  for (const lane of command.lanes) expect(out).toMatch(new RegExp(`^ {2}3 × ${lane}: .*${COMPACTED}$`, 'mu'));

  runReport({ run, formats: REPORT_FORMATS, out: dir }, terminal);
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  expect(read('junit.xml')).toContain('<testsuite name="calls" tests="7" failures="0" skipped="6">');
  expect(read('junit.xml')).toContain('<testsuite name="rules" tests="1" failures="0" skipped="1">');
  expect(read('junit.xml')).toContain('<testcase name="default" classname="parity"><skipped message="inconclusive: 0 of 1 mismatched');
  expect(read('parity.md')).toMatch(
    /### Not compared .*\n\n\* given back by hono: another lane served it: 1\n\* its content was not kept: 2\n/u,
  );
  expect(read('parity.md')).toMatch(
    new RegExp(`### Declined .*\\n\\n\\* hono: .*${COMPACTED}: 3\\n\\* legacy-thin: .*${COMPACTED}: 3\\n`, 'u'),
  );
  const shown = read('parity.html')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ');
  expect(shown).toContain('declined 3 not compared 3');
  expect(shown).toContain(`Declined 3 hono: core: messages: ${COMPACTED} 3 legacy-thin: core: messages: ${COMPACTED} `);
  expect(shown).toContain('Not compared 2 its content was not kept 1 given back by hono: another lane served it ');
});

test('a run that is broken off has no verdict, says so in its report, and goes on where it stopped', async () => {
  let said = '';
  const terminal = { ...quiet, error: (text: string): void => void (said += text) };
  const command = commandFor('broken-off');
  expect(await runReplay({ ...command, signal: AbortSignal.abort() }, terminal)).toBe(130);
  expect(said).toContain('broken off after 1 record; no verdict. The same command with --resume goes on');
  expect(existsSync(command.verdictsFile)).toBe(false);
  let report = '';
  const shown = { ...quiet, out: (text: string): void => void (report += text) };
  expect(runReport({ run: command.out, formats: ['md'], out: command.out }, shown)).toBe(3);
  expect(report).toContain('parity: inconclusive, of a run that has not ended');
  expect(readFileSync(join(command.out, 'parity.md'), 'utf8')).toContain('the run has not ended');
  expect(await runReplay({ ...command, resume: true }, terminal)).toBe(3);
  expect(said).toContain('\n6 records, ');
  const modes = readdirSync(command.out)
    .filter((name) => name !== 'parity.md')
    .map((name) => statSync(join(command.out, name)).mode & 0o077);
  expect(modes).toStrictEqual([0, 0]);
  expect(existsSync(command.verdictsFile)).toBe(true);
});

test('a call to a model that is not configured any more says nothing about lanes', async () => {
  const config = vectorsConfig();
  let report = '';
  const terminal = { ...quiet, out: (text: string): void => void (report += text) };
  await runReplay({ ...commandFor('other-models'), config: { ...config, deployments: [] } }, terminal);
  expect(report).toMatch(/ × the config has no model \S+\n/u);
  expect(report).toMatch(/^ {2}default .* inconclusive +0 /mu);
});

test('what was brought in from elsewhere names no model group, and is played', async () => {
  const [one] = await recordVectors('hono', 'messages/groq/*');
  const options = { config: vectorsConfig(), rules: [], accepted: [], noiseShare: 0, showContent: false };
  const replayer = new Replayer(options);
  const of = (modelGroup: string): string | undefined =>
    one &&
    replayer.whyUnknown({
      ...one,
      attempts: one.attempts.map((attempt) => ({ ...attempt, deployment: { ...attempt.deployment, modelGroup } })),
    });
  expect([of(''), of('gone')]).toStrictEqual([undefined, 'the config has no model gone']);
  await replayer.close();
});

test('a folder without records, or a LiteLLM that is not there, leaves the run before and its verdicts alone', async () => {
  const command = commandFor('kept');
  await runReplay(command, quiet);
  const before = readFileSync(command.verdictsFile, 'utf8');
  const empty = join(dir, 'empty');
  mkdirSync(empty);
  await expect(runReplay({ ...command, records: empty }, quiet)).rejects.toThrow('holds no records that can be read');
  const nowhere = join(empty, 'python');
  await expect(runReplay({ ...command, referencePython: nowhere }, quiet)).rejects.toThrow('expected the Python of an environment');
  expect(readFileSync(command.verdictsFile, 'utf8')).toBe(before);
  expect(readRun(command.out)?.comparisons.length).toBe(7);
});

test('a form that is none, and a provider on another host, are no differences', async () => {
  expect(await toBodyText('no form', 'multipart/form-data')).toBe('no form');
  const compare = (recorded: string, now: string): number =>
    compareHeaders({ 'x-litellm-model-api-base': recorded }, { 'x-litellm-model-api-base': now }, OWN_CLASSES, false).length;
  expect(compare('http://127.0.0.1:4000/v1', 'https://provider.test/v1')).toBe(0);
  expect(compare('http://127.0.0.1:4000/v1', 'https://provider.test/v2')).toBe(1);
});

test('a run that has not ended passes no rule, whatever it has seen', () => {
  const rule = { name: 'chat', serving: 'legacy-io', candidates: ['hono'], gate: DEFAULT_GATE } as const;
  const comparisons = Array.from({ length: 3_000 }, (_, index): Comparison => {
    return { id: String(index), rule: 'chat', outcome: 'matched', strata: { provider: 'one' }, mismatches: [], reasons: [] };
  });
  const ended = { version: 1, source: 'records', from: 'x', madeAt: '2026-01-01', lanes: ['hono'], rules: [rule], reproduce: '' } as const;
  expect(buildReport(ended, comparisons).verdict).toBe('pass');
  expect(buildReport({ ...ended, unfinished: true }, comparisons).verdict).toBe('inconclusive');
});

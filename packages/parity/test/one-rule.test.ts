import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVerdicts } from '@stagegate/gateway-engine/cutover';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runReplay, type ReplayCommand, type Terminal } from '../src/command/index.ts';
import { readRun } from '../src/replay/run-files.ts';
import { recordVectors, vectorsConfig, writeRecords } from './support/make-records.ts';

/** A replay of some rules alone, as by somebody who moves one rule and waits for its verdict. */

const CANDIDATE = { lane: 'hono', mode: 'off' };
const CONFIG = vectorsConfig({
  migration: {
    rules: [
      { name: 'chat', match: { route: '/v1/chat/completions' }, lane: 'legacy-io', candidate: CANDIDATE },
      { name: 'messages', match: { route: '/v1/messages' }, lane: 'legacy-thin', candidate: CANDIDATE },
    ],
    default: { lane: 'legacy-io' },
  },
});
let dir = '';
let chats: readonly CallRecord[] = [];
let messages: readonly CallRecord[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'one-rule-'));
  chats = await recordVectors('legacy-io', 'chat_completions/openai/*-{basic,basic-stream}');
  messages = await recordVectors('legacy-thin', 'messages/openai/*-basic*');
  const unread = chats.slice(0, 1).map((one) => ({
    ...one,
    id: 'unread',
    rule: 'chat',
    answer: { ...one.answer, body: { dropped: true, bytes: 1 } as const },
  }));
  chats = [...chats, ...unread];
  await writeRecords(join(dir, 'records'), [...chats, ...messages]);
});

afterAll(() => rmSync(dir, { recursive: true }));

async function replay(more: Partial<ReplayCommand> = {}, isWatched = false): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const terminal: Terminal = { out: () => undefined, error: (text) => void (said += text), isWatched };
  const command: ReplayCommand = {
    records: join(dir, 'records'),
    config: CONFIG,
    configFile: 'config.yaml',
    lanes: ['legacy-io', 'legacy-thin', 'hono'],
    referencePython: undefined,
    out: join(dir, 'run'),
    verdictsFile: join(dir, 'verdicts.json'),
    jobs: 1,
    share: undefined,
    resume: false,
    noiseShare: 0,
    acceptedFile: undefined,
    showContent: false,
    codeHash: 'c'.repeat(64),
    ...more,
  };
  return { code: await runReplay(command, terminal), said };
}

const played = (): readonly string[] => (readRun(join(dir, 'run'))?.comparisons ?? []).map(({ id }) => id).toSorted();
const idsOf = (records: readonly CallRecord[]): readonly string[] => records.map(({ id }) => id).toSorted();

test('the calls of one rule are played alone, and the verdicts of the others stay as they were', async () => {
  await replay();
  expect(played()).toStrictEqual(idsOf([...chats, ...messages]));
  const before = readVerdicts(join(dir, 'verdicts.json')).verdicts;
  expect(before.map(({ rule }) => rule)).toStrictEqual(['chat', 'messages']);

  const { said } = await replay({ rules: ['messages'] });
  expect(said).toContain(`${chats.length} records of other rules passed over\n`);
  expect(played()).toStrictEqual(idsOf(messages));
  expect(readRun(join(dir, 'run'))?.run).toMatchObject({
    from: expect.stringContaining('of 3 rules only messages'),
    rules: [{ name: 'messages' }],
  });
  const { verdicts } = readVerdicts(join(dir, 'verdicts.json'));
  const [chat] = before;
  expect(verdicts).toMatchObject([
    { rule: 'messages', samples: messages.length },
    { ...chat, fileHash: expect.any(String) },
  ]);
  expect(Date.parse(verdicts[0]?.madeAt ?? '')).toBeGreaterThan(Date.parse(chat?.madeAt ?? ''));
});

test('a call that cannot be played counts for the rule it was recorded under', async () => {
  await replay({ rules: ['chat'] });
  expect(played()).toStrictEqual(idsOf(chats));
  const unread = readRun(join(dir, 'run'))?.comparisons.find(({ id }) => id === 'unread');
  expect(unread).toMatchObject({ rule: 'chat', outcome: 'not-compared' });
});

test('a rule that does not exist changes nothing', async () => {
  const before = [readFileSync(join(dir, 'verdicts.json'), 'utf8'), played()];
  await expect(replay({ rules: ['chat', 'nobody'] })).rejects.toThrow('there is no rule "nobody"; the rules: chat, messages, default');
  expect([readFileSync(join(dir, 'verdicts.json'), 'utf8'), played()]).toStrictEqual(before);
});

test('verdicts that cannot be read are lost, and that is said', async () => {
  writeFileSync(join(dir, 'verdicts.json'), '{');
  expect((await replay({ rules: ['messages'] })).said).toContain('verdicts of other rules are lost: ');
  expect(readVerdicts(join(dir, 'verdicts.json')).verdicts.map(({ rule }) => rule)).toStrictEqual(['messages']);
});

test('an accepted difference that calls of other rules may need fails no run of one rule', async () => {
  const entry = { id: 'x', why: 'a test', owner: 'parity', expires: '2999-01-01', path: '^nowhere$', got: 'present' };
  const acceptedFile = join(dir, 'accepted.json');
  writeFileSync(acceptedFile, JSON.stringify([entry]));
  expect((await replay({ acceptedFile })).code).toBe(1);
  expect((await replay({ acceptedFile, rules: ['messages'] })).code).toBe(3);
  writeFileSync(acceptedFile, JSON.stringify([{ ...entry, expires: '2020-01-01' }]));
  expect((await replay({ acceptedFile, rules: ['messages'] })).code).toBe(1);
});

test('the bar ends at 100 %, whatever was passed over or played before', async () => {
  const all = chats.length + messages.length;
  expect((await replay({ rules: ['messages'] }, true)).said).toContain(`100 %  ${all} of ${all} records, `);
  expect((await replay({ signal: AbortSignal.abort() }, true)).said).toContain(` %  1 of ${all} records, `);
  expect((await replay({ resume: true }, true)).said).toContain(`100 %  ${all - 1} of ${all - 1} records, `);
});

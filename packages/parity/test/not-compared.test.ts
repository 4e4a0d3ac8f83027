import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPORT_FORMATS, runReplay, runReport } from '../src/command/index.ts';
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

test('a replay and its reports say how many calls were not compared or declined, and why', async () => {
  let out = '';
  const terminal = { out: (text: string): void => void (out += text), error: (): void => undefined, isWatched: false };
  const run = join(dir, 'run');
  const command = {
    records: join(dir, 'records'),
    config: vectorsConfig(),
    configFile: 'config.yaml',
    lanes: ['legacy-thin', 'hono'],
    referencePython: undefined,
    out: run,
    verdictsFile: join(dir, 'verdicts.json'),
    jobs: 1,
    share: undefined,
    resume: false,
    noiseShare: 0,
    acceptedFile: undefined,
    showContent: false,
    codeHash: undefined,
  } as const;
  expect(await runReplay(command, terminal)).toBe(3);
  expect(out).toContain('1 samples, 0 mismatched');
  expect(out).toContain('1 not compared: given back by hono: another lane served it\n');
  expect(out).toContain('2 not compared: its content was not kept\n');
  for (const lane of command.lanes) expect(out).toMatch(new RegExp(`^3 declined: ${lane}: .*${COMPACTED}$`, 'mu'));

  runReport({ run, formats: REPORT_FORMATS, out: dir }, terminal);
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  expect(read('junit.xml')).toContain('tests="7" failures="0" skipped="6"');
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

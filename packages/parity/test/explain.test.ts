import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChooseTransform } from '@stagegate/core-transforms';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExplain, type ExplainCommand } from '../src/command/index.ts';
import { recordVectors, vectorsConfig, writeRecords } from './support/make-records.ts';
import { breakRequests } from './support/break-request.ts';

let dir = '';
let record: CallRecord | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'explain-'));
  const records = await recordVectors('hono', 'chat_completions/openai/*-basic');
  [record] = records;
  await writeRecords(dir, records);
});

afterAll(() => rmSync(dir, { recursive: true }));

/** The same transforms, but for one member of the request. */
const warmer = breakRequests((body) => ({ ...body, temperature: 0.123 }));

async function explain(
  parts: ExplainCommand['parts'],
  lanes: ExplainCommand['lanes'] = ['legacy-thin', 'hono'],
  more: Partial<ExplainCommand> = {},
): Promise<[number, string]> {
  let out = '';
  const command = { id: record?.id ?? '', records: dir, config: vectorsConfig(), lanes, referencePython: undefined, showContent: false };
  const terminal = { out: (text: string): void => void (out += text), error: (): void => undefined, isWatched: false };
  const code = await runExplain({ ...command, ...more, ...(parts !== undefined && { parts }) }, terminal);
  return [code, out];
}

test('where one lane parts from the record and from the other is said, step by step, and the first place of it', async () => {
  const [code, out] = await explain({ hono: { transforms: warmer } });
  expect(code).toBe(1);
  expect(out).toMatch(/^ {2}step +record +legacy-thin +hono$/mu);
  expect(out).toMatch(/^ {2}outbound request +POST \S+ \d+ chars += +≠≠ POST/mu);
  expect(out).toMatch(/^ {2}status +200 += +=$/mu);
  expect(out).toMatch(/^They part at: outbound request\n {2}hono.*request\.body\.temperature.*0\.123/mu);
  const asked =
    record !== undefined && 'text' in record.client.body ? /"content":\s*"([^"]{6,})"/u.exec(record.client.body.text)?.[1] : undefined;
  expect(asked).toBeDefined();
  expect(out).not.toContain(asked);
});

test('a fault that both lanes share parts them from the record alone', async () => {
  const [code, out] = await explain({ hono: { transforms: warmer }, 'legacy-thin': { transforms: warmer } });
  expect(code).toBe(1);
  expect(out).toMatch(/^ {2}outbound request +POST \S+ \d+ chars +≠ POST [^≠]+≠( POST|$)/mu);
  expect(out).not.toContain('≠≠');
});

test('what somebody accepts is no parting, and is named', async () => {
  const file = join(dir, '..', `accepted-${process.pid}.json`);
  const entry = {
    id: 'warmer',
    why: 'on purpose',
    owner: 'us',
    expires: '2999-01-01',
    path: String.raw`^request\.body\.temperature$`,
    got: 'present',
  };
  writeFileSync(file, JSON.stringify([entry]));
  const [code, out] = await explain({ hono: { transforms: warmer } }, ['hono'], { acceptedFile: file });
  rmSync(file);
  expect([code, out]).toStrictEqual([0, expect.stringMatching(/Accepted: warmer\nThey do not part\./u)]);
});

test('a lane that declines is named with its reason, and is no parting', async () => {
  const declining: ChooseTransform = () => ({ ok: false, error: { kind: 'declined', path: 'model', reason: 'of this test' } });
  const [code, out] = await explain({ hono: { transforms: declining } });
  expect([code, out]).toStrictEqual([3, expect.stringMatching(/Declined by hono: core: .*of this test\nThey do not part\./u)]);
  const [, json] = await explain({ hono: { transforms: declining } }, ['legacy-thin', 'hono'], { json: true });
  expect(JSON.parse(json)).toMatchObject({ lanes: ['legacy-thin'], declined: [{ lane: 'hono' }], places: [] });
});

test('lanes that do the same do not part, and a record that is not there is said', async () => {
  expect(await explain(undefined)).toStrictEqual([0, expect.stringContaining('They do not part.')]);
  const missing = {
    id: 'nobody',
    records: dir,
    config: vectorsConfig(),
    lanes: ['hono'],
    referencePython: undefined,
    showContent: false,
  } as const;
  const terminal = { out: (): void => undefined, error: (): void => undefined, isWatched: false };
  await expect(runExplain(missing, terminal)).rejects.toThrow('has an id that begins with nobody');
});

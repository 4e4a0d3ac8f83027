import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { VECTORS_DIR } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { makeFolder, run } from './spawn-serve.ts';
import { holds, segmentBytes } from './segment-bytes.ts';

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

async function record(folder: string, ...words: readonly string[]): Promise<Ended> {
  const started = run(['record', ...words], folder);
  const code = await started.ended;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

const CLIENT_KEY = 'sk-canary-of-the-har-client';
const PROVIDER_KEY = 'sk-canary-of-the-har-provider';

function harEntry(startedMs: number, url: string, key: string, body: object, answer: object, more: object = {}): object {
  return {
    startedDateTime: new Date(startedMs).toISOString(),
    time: 40,
    request: {
      method: 'POST',
      url,
      headers: [
        { name: 'Authorization', value: `Bearer ${key}` },
        { name: 'Content-Type', value: 'application/json' },
      ],
      postData: { mimeType: 'application/json', text: JSON.stringify(body) },
    },
    response: {
      status: 200,
      headers: [
        { name: 'Content-Type', value: 'application/json' },
        { name: 'Set-Cookie', value: 'a=b' },
      ],
      content: { text: Buffer.from(JSON.stringify(answer)).toString('base64'), encoding: 'base64' },
    },
    ...more,
  };
}

function har(...entries: readonly unknown[]): string {
  return JSON.stringify({ log: { version: '1.2', entries } });
}

const CLIENT_HAR = har(
  harEntry(2000, 'http://gateway.test/v1/chat/completions', CLIENT_KEY, { model: 'second', messages: [] }, { said: PROVIDER_KEY }),
  harEntry(
    1000,
    'http://gateway.test/v1/chat/completions?key=x',
    CLIENT_KEY,
    { model: 'first', messages: [], api_key: CLIENT_KEY },
    { id: 1 },
  ),
  harEntry(1000, 'http://gateway.test/key/generate', CLIENT_KEY, {}, { key: CLIENT_KEY }),
  { request: 'none' },
);
const PROVIDER_HAR = har(
  harEntry(2010, 'https://api.openai.test/v1/chat/completions', PROVIDER_KEY, { model: 'm', messages: [] }, { id: 2 }),
  harEntry(9000, 'https://api.openai.test/v1/chat/completions', PROVIDER_KEY, {}, {}),
);

test('HAR files become records, without their keys; list, show and export read them', { timeout: 120_000 }, async () => {
  const folder = makeFolder({ 'client.har': CLIENT_HAR, 'provider.har': PROVIDER_HAR });
  const imported = await record(folder, 'import', '--har', 'client.har', '--upstream-har', 'provider.har');
  expect(imported).toMatchObject({ code: 0, stdout: 'imported 2 records into records\n' });
  expect(imported.stderr).toContain('2 entries that call no model');
  expect(imported.stderr).toContain('1 entries of provider.har that belong to no call');
  const bytes = segmentBytes(join(folder, 'records'));
  expect([holds(bytes, CLIENT_KEY), holds(bytes, PROVIDER_KEY), holds(bytes, 'second')]).toStrictEqual([false, false, true]);

  const listed = await record(folder, 'ls', '--json');
  const rows = listed.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(rows).toMatchObject([
    { lane: 'reference', route: '/v1/chat/completions', model: 'first', status: 200, attempts: 0, totalMs: 40 },
    { startedMs: 2000, attempts: 1, provider: 'api.openai.test' },
  ]);
  expect((await record(folder, 'ls', '--status', '4xx')).stdout).toBe('no records like that in records\n');
  expect(await record(folder, 'ls', '--status', '[')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--status') });
  expect(await record(folder, 'ls', '--lane', 'rust')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--lane') });
  expect((await record(folder, 'ls', '--last', '1')).stdout).toMatch(/har-\d-2000 [^]*the last 1 of 2; --last 0 lists all/u);

  const shown = await record(folder, 'show', 'har-3');
  expect(shown.stdout).toMatch(
    /client asked {2}POST \/v1\/chat\/completions[^]*attempt 1, at 10 ms[^]*provider said {2}200[^]*client got {2}200 after 40 ms/u,
  );
  expect(await record(folder, 'show', 'har-')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\d records in records have an id that begins with har-\n$/u),
  });
  expect(await record(folder, 'show', 'none')).toMatchObject({ code: 1 });

  expect(await record(folder, 'export', '--out', 'all.jsonl')).toMatchObject({ code: 0 });
  const lines = readFileSync(join(folder, 'all.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { origin: 'har', version: 1 },
    { origin: 'har', version: 1 },
  ]);
  expect(statSync(join(folder, 'all.jsonl')).mode & 0o077).toBe(0);
  expect(await record(folder, 'export', '--out', 'all.jsonl')).toMatchObject({
    code: 1,
    stderr: 'cannot export: all.jsonl exists already\n',
  });
});

test('golden vectors become records, every one', { timeout: 120_000 }, async () => {
  const folder = makeFolder();
  const vectors = join(VECTORS_DIR, 'ocr');
  const imported = await record(folder, 'import', '--vectors', vectors);
  const again = await record(folder, 'import', '--vectors', vectors, '--records', 'again', '--json');
  const [, count] = /imported (\d+) records/u.exec(imported.stdout) ?? [];
  expect(Number(count)).toBeGreaterThan(3);
  expect(JSON.parse(again.stdout)).toStrictEqual({ records: 'again', written: Number(count), dropped: 0 });
  const listed = await record(folder, 'ls', '--last', '0', '--json');
  expect(listed.stdout.trim().split('\n').length).toBe(Number(count));
  expect(listed.stderr).toBe('');
});

test.each([
  [['ls', '--records', 'nowhere'], 1, 'cannot read records: nowhere does not exist\n'],
  [['import'], 2, '--vectors'],
  [['import', '--vectors', 'a', '--har', 'b'], 2, '--har'],
  [['import', '--har', 'nowhere.har'], 1, 'cannot import: nowhere.har does not exist\n'],
  [['import', '--vectors', 'nowhere'], 1, 'cannot import: nowhere does not exist\n'],
  [['import', '--har', '.'], 1, 'cannot import: '],
  [['import', '--har', 'cut.har'], 1, 'cannot import: cut.har is no HAR file: it is no JSON, or not all of it\n'],
  [['import', '--har', 'other.har'], 1, 'cannot import: other.har holds no calls to models\n'],
  [['import', '--vectors', 'nothing'], 1, 'cannot import: nothing holds no calls to models\n'],
  [['ls', '--last', 'x'], 2, '--last'],
] as const)('record %j ends with %d and says why', async (words, code, why) => {
  const folder = makeFolder({ 'cut.har': CLIENT_HAR.slice(0, 300), 'other.har': '{"log":{"entries":[]}}' });
  mkdirSync(join(folder, 'nothing'));
  const ended = await record(folder, ...words);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(why);
});

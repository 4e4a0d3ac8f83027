import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callRecord } from '../../test/call-record.ts';
import {
  countRecords,
  packRecord,
  piecesOf,
  readRecords,
  RecordWriter,
  type CallRecord,
  type RecordPart,
  type RecordProblem,
} from './index.ts';
import { appendBlock, GatheredBytes, SEGMENT_MARK } from './segment-format.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagegate-records-'));
});

afterEach(() => rm(dir, { recursive: true }));

interface Read {
  readonly records: readonly CallRecord[];
  readonly problems: readonly RecordProblem[];
}

async function readAll(path: string = dir, part?: RecordPart): Promise<Read> {
  const problems: RecordProblem[] = [];
  const records: CallRecord[] = [];
  for await (const record of readRecords(path, { onProblem: (problem) => problems.push(problem), ...(part && { part }) }))
    records.push(record);
  return { records, problems };
}

/** Writes one segment, a block per list of ids, and gives its path. */
async function writeSegment(blocks: readonly (readonly string[])[]): Promise<string> {
  const writer = new RecordWriter({ dir, bytesMax: 1e8 });
  for (const ids of blocks) {
    for (const id of ids) writer.append(packRecord(callRecord(id)));
    await writer.flush();
  }
  await writer.close();
  const [name = ''] = await readdir(dir);
  return join(dir, name);
}

function framed(payload: Buffer, rawBytes: number, records: number): Buffer {
  const to = new GatheredBytes(1_000);
  appendBlock(to, [payload], rawBytes, records);
  return to.raw;
}

test('what is written is read back, in order and to the byte', async () => {
  await writeSegment([['a', 'b'], ['c']]);
  const { records, problems } = await readAll();
  expect(problems).toStrictEqual([]);
  expect(records).toStrictEqual(['a', 'b', 'c'].map((id) => callRecord(id)));
  const answer = records[0]?.attempts[0]?.answer;
  expect(answer === undefined ? undefined : piecesOf(answer)?.map(String)).toStrictEqual(['data: �', '�\n\ndata: [DONE]\n\n']);
});

test('any text and any bytes survive', async () => {
  const bodies = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => ({ text })),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => ({ base64: Buffer.from([0xff, ...bytes]).toString('base64') })),
    fc.constantFrom({ dropped: true, bytes: 7 } as const, { sha256: '00', bytes: 3 }),
  );
  const writer = new RecordWriter({ dir, bytesMax: 1e9 });
  const written: CallRecord[] = [];
  fc.assert(
    fc.property(bodies, bodies, (body, other) => {
      const { client, answer } = callRecord('x');
      const record = callRecord(`x${written.length}`, { client: { ...client, body }, answer: { ...answer, body: other } });
      written.push(record);
      writer.append(packRecord(record));
    }),
  );
  await writer.close();
  const { records, problems } = await readAll();
  expect(problems).toStrictEqual([]);
  expect(records).toStrictEqual(written);
});

test('a segment cut at any byte gives the blocks before the cut, names the cut and never throws', { timeout: 60_000 }, async () => {
  const path = await writeSegment([['a', 'b'], ['c']]);
  const bytes = await readFile(path);
  const whole = ['a', 'b', 'c'].map((id) => callRecord(id));
  for (let length = 0; length < bytes.length; length += 1) {
    await writeFile(path, bytes.subarray(0, length));
    const { records, problems } = await readAll(path);
    expect(records).toStrictEqual(whole.slice(0, records.length));
    expect([0, 2]).toContain(records.length);
    const atBoundary = problems.length === 0;
    // Nothing tells a file that ends between two blocks from one that was never longer.
    if (!atBoundary) expect(problems).toMatchObject([{ kind: 'truncated' }]);
    else expect(records.length === 2 || length === 16).toBe(true);
  }
});

test('a byte changed anywhere never gives a wrong record, and costs at most its block', { timeout: 60_000 }, async () => {
  const path = await writeSegment([['a', 'b'], ['c']]);
  const bytes = await readFile(path);
  const whole = new Map(['a', 'b', 'c'].map((id) => [id, callRecord(id)]));
  for (let at = 0; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes);
    broken.writeUInt8(bytes.readUInt8(at) ^ 0x41, at);
    await writeFile(path, broken);
    const { records, problems } = await readAll(path);
    for (const record of records) expect(record).toStrictEqual(whole.get(record.id));
    expect(problems.length).toBeGreaterThan(0);
    if (at >= 16) expect(records.length).toBeGreaterThan(0);
  }
});

test('what is not ours is named and passed over', async () => {
  await writeSegment([['a']]);
  await writeFile(join(dir, 'notes.txt'), 'hello');
  await writeFile(join(dir, '0.sgrec'), 'PK\x03\x04 something else');
  await writeFile(join(dir, 'z.sgrec'), '');
  await mkdir(join(dir, 'folder.sgrec'));
  execFileSync('mkfifo', [join(dir, 'pipe.sgrec')]);
  const { records, problems } = await readAll();
  expect(records.map(({ id }) => id)).toStrictEqual(['a']);
  expect(problems.map(({ file, kind }) => [file, kind])).toStrictEqual([
    ['0.sgrec', 'foreign'],
    ['folder.sgrec', 'foreign'],
    ['notes.txt', 'foreign'],
    ['pipe.sgrec', 'foreign'],
    ['z.sgrec', 'truncated'],
  ]);
});

test('a record of a later version, and one that is none, are named by their place', async () => {
  const writer = new RecordWriter({ dir, bytesMax: 1e8 });
  const { head, bodies } = packRecord(callRecord('later'));
  writer.append({ head: head.replace('"version":1', '"version":2'), bodies });
  writer.append({ head: '{"version":1,"id":"half"}', bodies: [] });
  writer.append({ head: '[', bodies: [] });
  writer.append({ head, bodies: bodies.slice(1) });
  writer.append(packRecord(callRecord('good')));
  await writer.close();
  const { records, problems } = await readAll();
  expect(records.map(({ id }) => id)).toStrictEqual(['good']);
  expect(problems.map(({ kind, records: lost, message }) => [kind, lost, message])).toStrictEqual([
    ['foreign', 1, 'record 1 of its block: version 2, which is not known here'],
    ['foreign', 1, 'record 2 of its block: its head lacks what every record has'],
    ['foreign', 1, 'record 3 of its block: its head is not JSON'],
    ['foreign', 1, 'record 4 of its block: its bodies are not as long as its head says'],
  ]);
});

test('a block that says it is huge, or unfolds to more than it says, costs only itself', async () => {
  const path = await writeSegment([['a'], ['b']]);
  const bytes = await readFile(path);
  const whole = { mark: bytes.subarray(0, SEGMENT_MARK.length), blocks: bytes.subarray(SEGMENT_MARK.length) };
  const bomb = zstdCompressSync(Buffer.alloc(4_000_000));
  const blocks = [framed(bomb, 4_000_000_000, 7), framed(bomb, 1_000, 3), whole.blocks];
  await writeFile(path, Buffer.concat([whole.mark, ...blocks]));
  const { records, problems } = await readAll();
  expect(records.map(({ id }) => id)).toStrictEqual(['a', 'b']);
  expect(problems.map(({ kind, records: lost, message }) => [kind, lost, message])).toStrictEqual([
    ['too-large', 7, 'a block of 4000000000 bytes'],
    ['corrupt', 3, 'a block does not decompress to what it says'],
  ]);
});

test('records are counted by what whole blocks say, without a look into them', async () => {
  const path = await writeSegment([['a', 'b'], ['c']]);
  await writeFile(join(dir, '0.sgrec'), 'none of ours');
  expect(await countRecords(dir)).toBe(3);
  const bytes = await readFile(path);
  await writeFile(path, Buffer.concat([bytes, framed(Buffer.from('no zstd'), 100, 4)]));
  expect(await countRecords(path)).toBe(7);
  await writeFile(path, bytes.subarray(0, -1));
  expect(await countRecords(path)).toBe(2);
  await expect(countRecords(join(dir, 'nowhere'))).rejects.toThrow('ENOENT');
});

/** What each of three readers finds. */
async function readParts(path: string): Promise<readonly Read[]> {
  return Promise.all([0, 1, 2].map((index) => readAll(path, { index, of: 3 })));
}

test('parts are every so many records, each in order, and together everything once', async () => {
  await writeSegment([['a', 'b'], ['c'], ['d', 'e'], ['f'], ['g']]);
  await writeFile(join(dir, '0.sgrec'), 'none of ours');
  await writeFile(join(dir, 'notes.txt'), 'hello');
  const parts = await readParts(dir);
  expect(parts.map(({ records }) => records.map(({ id }) => id))).toStrictEqual([
    ['a', 'd', 'g'],
    ['b', 'e'],
    ['c', 'f'],
  ]);
  expect(parts.flatMap(({ problems }) => problems).map(({ file }) => file)).toStrictEqual(['0.sgrec', 'notes.txt']);
});

test('whatever is damaged, parts are together what one reader finds', { timeout: 60_000 }, async () => {
  const path = await writeSegment([['a', 'b'], ['c'], ['d'], ['e']]);
  const bytes = await readFile(path);
  const inOrder = (ids: readonly string[]): readonly string[] => ids.toSorted();
  for (let at = 0; at < bytes.length; at += 3) {
    const broken = Buffer.from(bytes);
    broken.writeUInt8(bytes.readUInt8(at) ^ 0x41, at);
    await writeFile(path, broken);
    const [one, parts] = [await readAll(path), await readParts(path)];
    expect(inOrder(parts.flatMap(({ records }) => records.map(({ id }) => id)))).toStrictEqual(one.records.map(({ id }) => id));
    expect(inOrder(parts.flatMap(({ problems }) => problems.map((problem) => JSON.stringify(problem))))).toStrictEqual(
      inOrder(one.problems.map((problem) => JSON.stringify(problem))),
    );
  }
});

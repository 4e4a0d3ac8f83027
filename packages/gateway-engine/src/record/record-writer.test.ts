import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callRecord } from '../../test/call-record.ts';
import { packRecord, readRecords, RecordWriter, type DiskState, type RecordCounts, type RecordProblem } from './index.ts';
import { realFiles, type SegmentFiles } from './segment-files.ts';

const WRITER = join(import.meta.dirname, '../../test/write-records.ts');

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagegate-writer-'));
});

afterEach(() => rm(dir, { recursive: true }));

async function readIds(): Promise<{ readonly ids: readonly string[]; readonly problems: readonly RecordProblem[] }> {
  const problems: RecordProblem[] = [];
  const ids: string[] = [];
  for await (const { id } of readRecords(dir, { onProblem: (problem) => problems.push(problem) })) ids.push(id);
  return { ids, problems };
}

/** Starts a process that records without end, and stops it when `enough` says so. Gives what it had counted. */
async function recordUntil(command: readonly string[], enough: (counts: RecordCounts) => boolean): Promise<RecordCounts> {
  const [file = '', ...words] = command;
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last: RecordCounts = { written: 0, dropped: 0, bytes: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line);
    if (enough(last)) child.kill('SIGKILL');
  }
  return last;
}

test('a process that is killed loses at most what it had not flushed, and the rest reads', { timeout: 60_000 }, async () => {
  const counts = await recordUntil([process.execPath, WRITER, dir], ({ written }) => written > 2000);
  const { ids, problems } = await readIds();
  expect(ids.length).toBeGreaterThanOrEqual(counts.written);
  expect(ids).toStrictEqual(ids.map((_, index) => String(index)));
  expect(problems.filter(({ kind }) => kind !== 'truncated')).toStrictEqual([]);
});

test('a file that may not grow further drops records, counts them, and spoils none', { timeout: 60_000 }, async () => {
  const command = ['bash', '-c', 'ulimit -f 300; exec "$@"', 'bash', process.execPath, WRITER, dir];
  const counts = await recordUntil(command, ({ dropped }) => dropped > 1000);
  expect(counts.dropped).toBeGreaterThan(1000);
  const { ids, problems } = await readIds();
  expect(ids.length).toBeGreaterThan(100);
  expect(ids.length).toBeGreaterThanOrEqual(counts.written);
  expect(problems.filter(({ kind }) => kind !== 'truncated')).toStrictEqual([]);
});

test('a disk that is full for a while takes a part of a block; after it, records are written again', async () => {
  let full = false;
  const files: SegmentFiles = {
    ...realFiles,
    create: async (folder, name) => {
      const file = await realFiles.create(folder, name);
      const write: typeof file.write = async (bytes, at) => {
        if (!full) return file.write(bytes, at);
        await file.write(bytes.subarray(0, bytes.length / 2), at);
        throw new Error('ENOSPC: no space left on device');
      };
      return { ...file, write, truncate: () => Promise.reject(new Error('EIO: it does not even shrink')) };
    },
  };
  const states: DiskState[] = [];
  const writer = new RecordWriter({ dir, bytesMax: 1e8, files, onDisk: (state) => states.push(state) });
  const write = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) writer.append(packRecord(callRecord(id)));
    await writer.flush();
  };
  await write('a');
  full = true;
  await write('b', 'c', 'd');
  await write('e');
  expect((await readIds()).ids).toStrictEqual(['a']);
  full = false;
  await write('f');
  await writer.close();
  expect(writer.counts).toMatchObject({ written: 2, dropped: 4 });
  expect(states).toStrictEqual([{ ok: false, message: 'ENOSPC: no space left on device' }, { ok: true }]);
  expect((await readIds()).ids).toStrictEqual(['a', 'f']);
});

test('records that come while others are compressed or written are written by the same flush', async () => {
  let more = (): void => undefined;
  const files: SegmentFiles = {
    ...realFiles,
    create: async (folder, name) => {
      const file = await realFiles.create(folder, name);
      return { ...file, write: (bytes, at) => (more(), file.write(bytes, at)) };
    },
  };
  const writer = new RecordWriter({ dir, bytesMax: 1e8, files });
  let flushed: Promise<void> | undefined;
  let writes = 0;
  more = () => {
    writes += 1;
    if (writes > 5) return;
    writer.append(packRecord(callRecord(`during ${writes}`)));
    flushed = writer.flush();
  };
  writer.append(packRecord(callRecord('first')));
  await writer.flush();
  await flushed;
  expect((await readIds()).ids).toStrictEqual(['first', ...[1, 2, 3, 4, 5].map((number) => `during ${number}`)]);
  await writer.close();
});

test('a record of many megabytes that do not compress is kept among small ones', { timeout: 60_000 }, async () => {
  const { client, ...rest } = callRecord('large');
  const writer = new RecordWriter({ dir, bytesMax: 1e9 });
  const base64 = randomBytes(12_000_000).toString('base64');
  writer.append(packRecord(callRecord('before')));
  writer.append(packRecord({ ...rest, client: { ...client, body: { base64 } } }));
  writer.append(packRecord(callRecord('after')));
  await writer.close();
  expect(writer.counts).toMatchObject({ written: 3, dropped: 0 });
  expect((await readIds()).ids).toStrictEqual(['before', 'large', 'after']);
});

test('a folder that cannot be made drops records and throws nothing', async () => {
  const states: DiskState[] = [];
  const writer = new RecordWriter({ dir: '/dev/null/records', bytesMax: 1e8, onDisk: (state) => states.push(state) });
  writer.append(packRecord(callRecord('a')));
  await writer.close();
  expect(writer.counts).toMatchObject({ written: 0, dropped: 1 });
  expect(states).toMatchObject([{ ok: false }]);
});

test('all segments together stay within max_bytes, and the newest records stay', { timeout: 60_000 }, async () => {
  const bytesMax = 1_048_576;
  const { client, ...rest } = callRecord('');
  let number = 0;
  // Several writers, one after the other: a gateway that is started again counts what lies there.
  for (let start = 0; start < 3; start += 1) {
    const writer = new RecordWriter({ dir, bytesMax, nowMs: () => 1_700_000_000_000 + start });
    for (let block = 0; block < 60; block += 1) {
      for (let more = 0; more < 4; more += 1) {
        const body = { base64: randomBytes(6000).toString('base64') };
        writer.append(packRecord({ ...rest, id: String(number), client: { ...client, body } }));
        number += 1;
      }
      await writer.flush();
      const names = await readdir(dir);
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bytesMax);
    }
    await writer.close();
    expect(writer.counts.dropped).toBe(0);
  }
  const { ids } = await readIds();
  expect(ids.length).toBeGreaterThan(100);
  expect(ids).toStrictEqual(ids.map((_, index) => String(number - ids.length + index)));
});

test('a record that is larger than all room, or than a record may be, is dropped and counted', async () => {
  const { client, ...rest } = callRecord('large');
  const writer = new RecordWriter({ dir, bytesMax: 1_048_576 });
  writer.append(packRecord({ ...rest, client: { ...client, body: { base64: randomBytes(2_000_000).toString('base64') } } }));
  writer.append({ head: '{}', bodies: [new Uint8Array(70_000_000)] });
  writer.append(packRecord(callRecord('small')));
  await writer.close();
  expect(writer.counts).toMatchObject({ written: 1, dropped: 2 });
  expect((await readIds()).ids).toStrictEqual(['small']);
});

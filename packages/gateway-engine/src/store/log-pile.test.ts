import { expect, test } from 'vitest';
import { LogPile, type LogRows, type NewSpendLogRow } from './index.ts';

const rowOf = (id: string, model = 'chat'): NewSpendLogRow => ({
  request_id: id,
  call_type: 'acompletion',
  startTime: new Date(1),
  endTime: new Date(2),
  model,
});

const read = (rows: LogRows): readonly NewSpendLogRow[] => [...rows.texts()].flatMap((text) => JSON.parse(`[${text}]`) as NewSpendLogRow[]);
const idsOf = (rows: LogRows): readonly string[] => read(rows).map((row) => row.request_id);
const ids = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_none, at) => `call-${from + at}`);
const fill = (pile: LogPile, from: number, to: number): readonly boolean[] => ids(from, to).map((id) => pile.add(rowOf(id)));

test('rows come out as they went in, with what is not kept filled in', () => {
  const pile = new LogPile();
  pile.add(rowOf('first', 'grün 🌲'));
  expect(read(pile.take())).toStrictEqual([
    {
      messages: {},
      response: {},
      proxy_server_request: {},
      request_id: 'first',
      call_type: 'acompletion',
      startTime: '1970-01-01T00:00:00.001Z',
      endTime: '1970-01-01T00:00:00.002Z',
      model: 'grün 🌲',
      updated_at: '1970-01-01T00:00:00.002Z',
    },
  ]);
});

test('up to a thousand are taken at a time, in order, and no statement is long', () => {
  const pile = new LogPile();
  fill(pile, 0, 2_500);
  const lengths: number[] = [];
  for (let from = 0; from < 2_500; from += lengths.at(-1) ?? 0) {
    const rows = pile.take();
    lengths.push(rows.length);
    expect(pile.waiting).toBe(2_500 - from - rows.length);
    expect(idsOf(rows)).toStrictEqual(ids(from, from + rows.length));
    for (const text of rows.texts()) expect(text.length).toBeLessThanOrEqual(65_536);
  }
  expect(lengths.map((rows) => rows > 500 && rows <= 1_000)).toStrictEqual([true, true, true]);
  expect(pile.take()).toMatchObject({ length: 0 });
});

test('what is taken can be read again, also when more has come since, until the next is taken', () => {
  const pile = new LogPile();
  fill(pile, 0, 10);
  const taken = pile.take();
  expect(idsOf(taken)).toStrictEqual(ids(0, 10));
  fill(pile, 10, 9_000);
  expect(idsOf(taken)).toStrictEqual(ids(0, 10));
  const next = pile.take();
  expect(idsOf(next)).toStrictEqual(ids(10, 10 + next.length));
});

test('ten thousand are kept at most, with those that are being written', () => {
  const pile = new LogPile();
  expect(fill(pile, 0, 9_999)).not.toContain(false);
  const { length } = pile.take();
  expect([...fill(pile, 9_999, 10_000), ...fill(pile, 10_000, 10_001)]).toStrictEqual([true, false]);
  pile.take();
  expect(fill(pile, 10_000, 11_001).lastIndexOf(true)).toBe(length - 1);
});

test('of ten thousand rows most wait packed; all come out as they went in, and zlib leaves nothing behind', () => {
  const pile = new LogPile();
  const modelOf = (id: string): string => `${'m'.repeat(2_000)}-${id}`;
  const before = process.memoryUsage().arrayBuffers;
  const megabytes = (): number => (process.memoryUsage().arrayBuffers - before) / 1_048_576;
  let most = 0;
  for (const id of ids(0, 10_000)) {
    pile.add(rowOf(id, modelOf(id)));
    most = Math.max(most, megabytes());
  }
  const all: NewSpendLogRow[] = [];
  for (let rows = pile.take(); rows.length > 0; rows = pile.take()) {
    all.push(...read(rows));
    most = Math.max(most, megabytes());
  }
  // As they are, they were some twenty-two; what zlib leaves behind of them, sixty.
  expect(most).toBeLessThan(6);
  expect(all.map(({ request_id, model }) => [request_id, model])).toStrictEqual(ids(0, 10_000).map((id) => [id, modelOf(id)]));
});

test('the memory of rows that were written is free at once', () => {
  const pile = new LogPile();
  for (const id of ids(0, 900)) pile.add(rowOf(id, 'm'.repeat(2_000)));
  expect(pile.take()).toHaveLength(900);
  const before = process.memoryUsage().arrayBuffers;
  expect(pile.take()).toHaveLength(0);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(1_500_000);
});

test('a row that is longer than a statement has one of its own', () => {
  const pile = new LogPile();
  const long = 'ü'.repeat(3_000_000);
  for (const model of ['a', long, 'b']) pile.add(rowOf(model.slice(0, 1), model));
  const rows = pile.take();
  expect(read(rows).map(({ model }) => model)).toStrictEqual(['a', long, 'b']);
  expect([...rows.texts()]).toHaveLength(3);
});

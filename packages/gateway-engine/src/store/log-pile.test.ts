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

test('a thousand are taken at a time, in order, and no statement is long', () => {
  const pile = new LogPile();
  fill(pile, 0, 2_500);
  for (const [from, to] of [
    [0, 1_000],
    [1_000, 2_000],
    [2_000, 2_500],
    [2_500, 2_500],
  ] as const) {
    const rows = pile.take();
    expect([rows.length, pile.waiting]).toStrictEqual([to - from, 2_500 - to]);
    expect(idsOf(rows)).toStrictEqual(ids(from, to));
    for (const text of rows.texts()) expect(text.length).toBeLessThanOrEqual(65_536);
  }
});

test('what is taken can be read again, also when more has come since, until the next is taken', () => {
  const pile = new LogPile();
  fill(pile, 0, 10);
  const taken = pile.take();
  expect(idsOf(taken)).toStrictEqual(ids(0, 10));
  fill(pile, 10, 9_000);
  expect(idsOf(taken)).toStrictEqual(ids(0, 10));
  expect(idsOf(pile.take())).toStrictEqual(ids(10, 1_010));
});

test('ten thousand are kept at most, with those that are being written', () => {
  const pile = new LogPile();
  expect(fill(pile, 0, 9_999)).not.toContain(false);
  pile.take();
  expect([...fill(pile, 9_999, 10_000), ...fill(pile, 10_000, 10_001)]).toStrictEqual([true, false]);
  pile.take();
  expect(fill(pile, 10_000, 11_001).lastIndexOf(true)).toBe(999);
});

test('a row that is longer than a statement has one of its own', () => {
  const pile = new LogPile();
  const long = 'ü'.repeat(3_000_000);
  for (const model of ['a', long, 'b']) pile.add(rowOf(model.slice(0, 1), model));
  const rows = pile.take();
  expect(read(rows).map(({ model }) => model)).toStrictEqual(['a', long, 'b']);
  expect([...rows.texts()]).toHaveLength(3);
});

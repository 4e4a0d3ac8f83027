import { expect, test } from 'vitest';
import { renderTable } from '../src/table.ts';

const HEAD = ['rule', 'calls', 'lane', 'why', 'match'];
const ROWS = [
  ['chat', '1,200', 'hono', 'candidate on', '/v1/chat/completions'],
  ['ocr', '3', 'legacy-io', '', '/v1/ocr'],
];

test('a table as wide as it likes, numbers to the right', () => {
  expect(renderTable(HEAD, ROWS, Infinity)).toStrictEqual([
    '  rule  calls  lane       why           match',
    '  chat  1,200  hono       candidate on  /v1/chat/completions',
    '  ocr       3  legacy-io                /v1/ocr',
  ]);
});

test('what does not fit is beneath its row, as much on a line as fits, and what is empty is nowhere', () => {
  expect(renderTable(HEAD, ROWS, 30)).toStrictEqual([
    '  rule  calls  lane',
    '  chat  1,200  hono',
    '      why: candidate on',
    '      match: /v1/chat/completions',
    '  ocr       3  legacy-io',
    '      match: /v1/ocr',
  ]);
  const [, row, ...beneath] = renderTable(HEAD, ROWS.slice(0, 1), 15);
  expect([row, ...beneath]).toStrictEqual([
    '  chat  1,200',
    '      lane: hono',
    '      why: candidate on',
    '      match: /v1/chat/completions',
  ]);
  expect(renderTable(HEAD, ROWS.slice(0, 1), 36).slice(2)).toStrictEqual(['      match: /v1/chat/completions']);
  expect(renderTable(['id', 'a', 'b', ''], [['x'.repeat(40), 'one', 'two', 'three']], 40)).toStrictEqual([
    '  id',
    `  ${'x'.repeat(40)}`,
    '      a: one · b: two · three',
  ]);
});

test('a last column that is too wide is wrapped within itself', () => {
  const rows = [
    ['ok', 'node', 'v26.10.0'],
    ['warning', 'config', 'an unknown setting, which LiteLLM knows and Stagegate does not'],
  ];
  expect(renderTable(['', 'what', ''], rows, 48)).toStrictEqual([
    '           what',
    '  ok       node    v26.10.0',
    '  warning  config  an unknown setting, which',
    '                   LiteLLM knows and Stagegate',
    '                   does not',
  ]);
  // Not in a column that is too narrow to be read.
  expect(renderTable(['', 'what', ''], rows, 40).at(-1)).toBe(`      ${rows[1]?.[2]}`);
});

test.each([20, 31, 44, 53, 60, 80])('no line is wider than %i characters', (charsMax) => {
  const chars = renderTable(HEAD, ROWS, charsMax).map((line) => line.length);
  // One cell alone may be.
  expect(Math.max(...chars)).toBeLessThanOrEqual(Math.max(charsMax, '      match: /v1/chat/completions'.length));
});

test('without another word a table is as wide as the terminal, where there is one', () => {
  const { isTTY, columns } = process.stdout;
  try {
    Object.assign(process.stdout, { isTTY: true, columns: 30 });
    expect(renderTable(HEAD, ROWS)).toStrictEqual(renderTable(HEAD, ROWS, 30));
    Object.assign(process.stdout, { isTTY: false });
    expect(renderTable(HEAD, ROWS)).toStrictEqual(renderTable(HEAD, ROWS, Infinity));
  } finally {
    Object.assign(process.stdout, { isTTY, columns });
  }
});

test('the first column is always in its row, and a table without rows says so', () => {
  expect(renderTable(['rule'], [['a long name']], 4)).toStrictEqual(['  rule', '  a long name']);
  expect(renderTable(['', 'rule'], [], 4)).toStrictEqual(['rule: (none)']);
});

import { expect, test } from 'vitest';
import { renderTable } from './render-table.ts';

const HEAD = ['rule', 'lane', 'why', 'match'];
const ROWS = [
  ['chat', 'hono', 'candidate on', '/v1/chat/completions'],
  ['ocr', 'legacy-io', '', '/v1/ocr'],
];

test('a table as wide as it likes', () => {
  expect(renderTable(HEAD, ROWS)).toStrictEqual([
    '  rule  lane       why           match',
    '  chat  hono       candidate on  /v1/chat/completions',
    '  ocr   legacy-io                /v1/ocr',
  ]);
});

test('what does not fit is beneath its row, and what is empty is nowhere', () => {
  expect(renderTable(HEAD, ROWS, 30)).toStrictEqual([
    '  rule  lane',
    '  chat  hono',
    '      why: candidate on',
    '      match: /v1/chat/completions',
    '  ocr   legacy-io',
    '      match: /v1/ocr',
  ]);
});

test.each([
  [53, 3],
  [52, 5],
  [31, 5],
  [30, 6],
])('at %i characters: %i lines', (charsMax, lines) => {
  expect(renderTable(HEAD, ROWS, charsMax).length).toBe(lines);
});

test('the first column is always in its row', () => {
  expect(renderTable(['rule'], [['a long name']], 4)).toStrictEqual(['  rule', '  a long name']);
});

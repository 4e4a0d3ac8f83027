import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLine } from './render-line.ts';

const AT = new Date(2026, 10, 29, 8, 5, 9);

test('reads like a sentence, and leaves out what is not said', () => {
  const fields = { status: 429, kind: 'rate_limit', detail: 'no answer in time', model: 'openai/gpt-4o', more: undefined, ok: false };
  expect(renderLine(AT, 'WARN ', 'call failed', fields)).toBe(
    '08:05:09 WARN  call failed status=429 kind=rate_limit detail="no answer in time" model=openai/gpt-4o ok=false',
  );
});

test('a stack stands below, line by line', () => {
  const fields = { route: 'chat', message: 'TypeError: no\n    at a (file.ts:1:2)\n    at b' };
  expect(renderLine(AT, 'ERROR', 'bug', fields)).toBe(
    '08:05:09 ERROR bug route=chat\n         message\n         TypeError: no\n             at a (file.ts:1:2)\n             at b',
  );
});

test('nothing that is told acts on a terminal', () => {
  const control = fc.constantFrom('\u001B[2J', '\u009B31m', '\r', '\u0007', '\u202E', '\u2028', '\u007F', 'a');
  fc.assert(
    fc.property(fc.array(fc.oneof(control, fc.string())), (parts) => {
      const text = parts.join('');
      const line = renderLine(AT, 'INFO ', text, { text });
      expect(line.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});

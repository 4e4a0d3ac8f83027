import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from './create-redactor.ts';
import { readRedaction } from './read-redaction.ts';

function redact(entries: readonly string[], text: string): string | undefined {
  const redactions = entries.map((entry) => {
    const read = readRedaction(entry);
    if (read === undefined) throw new Error(entry);
    return read;
  });
  return createRedactor(redactions)?.body(text);
}

const ASK = '{"model":"m","n":9007199254740993,"messages":[{"role":"user","content":"née \\u00e9 \\"A\\""},{"content":[{"text":"b"}]}]}';

test.each([
  [
    '$.messages[*].content',
    '{"model":"m","n":9007199254740993,"messages":[{"role":"user","content":"xxxxxxxxxxxxxxxxx"},{"content":[{"text":"x"}]}]}',
  ],
  ['$..text', ASK.replace('"b"', '"x"')],
  ['$.messages[1]', ASK.replace('"b"', '"x"')],
  ['$.n', ASK.replace('9007199254740993', '1111111111111111')],
  ["$['model']", ASK.replace('"m"', '"x"')],
  ['$.*', '{"model":"x","n":1111111111111111,"messages":[{"role":"xxxx","content":"xxxxxxxxxxxxxxxxx"},{"content":[{"text":"x"}]}]}'],
  ['$.nothing', ASK],
])('%s', (path, expected) => {
  expect(redact([path], ASK)).toBe(expected);
});

test('true, false and null become null, in as many bytes', () => {
  expect(redact(['$.*'], '{"a":true,"b":false,"c":null,"d":-1.5e3}')).toBe('{"a":null,"b":null ,"c":null,"d":-1.1e1}');
});

test('every event of a stream is looked into, and what is no JSON stays', () => {
  const stream = 'event: a\ndata: {"delta":"secret"}\n\n: note\ndata:{"delta":"more"}\r\n\ndata: [DONE]\n\n';
  expect(redact(['$.delta'], stream)).toBe('event: a\ndata: {"delta":"xxxxxx"}\n\n: note\ndata:{"delta":"xxxx"}\r\n\ndata: [DONE]\n\n');
  expect(redact(['$.delta'], '{"delta":"a"}\n{"delta":"b"}\n')).toBe('{"delta":"x"}\n{"delta":"x"}\n');
  expect(redact(['$.delta'], 'Internal Server Error')).toBe('Internal Server Error');
});

test.each(['{"delta":"a', '{"delta" "a"}', 'data: {"delta":"a\n\n', `${'['.repeat(600)}${']'.repeat(600)}`])(
  'what begins as JSON and is none cannot be told: %#',
  (text) => {
    expect(redact(['$.delta'], text)).toBeUndefined();
  },
);

test('an expression finds its text anywhere, and leaves the shape of it', () => {
  expect(redact(['/[\\w.]+@[\\w.]+/'], '{"a":"write to ann.lee@mail.test, or\\nbob@mail.test","b":1}')).toBe(
    '{"a":"write to xxx.xxxxxxxx.xxxx, orxxxxxxxxxx.xxxx","b":1}',
  );
  expect(redact(['/\\d{4}-\\d{4}/'], '{"card":"4111-2222"}')).toBe('{"card":"1111-1111"}');
});

test('whatever is masked, lengths in bytes stay, JSON stays JSON, and nothing masked can be read', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.string({ unit: 'grapheme', minLength: 1 }), (text, secret) => {
      const document = `{"open":${text},"shut":{"a":${JSON.stringify(`#${secret}#`)},"b":[1.5,true,${text}]}}`;
      const masked = redact(['$.shut'], document) ?? '';
      expect(Buffer.byteLength(masked)).toBe(Buffer.byteLength(document));
      const parsed: unknown = JSON.parse(masked);
      expect(parsed).toMatchObject({ shut: { a: expect.stringMatching(/^x+$/u) } });
      expect(masked.startsWith(`{"open":${text},"shut":`)).toBe(true);
    }),
  );
});

test('an expression that matches anything at all, escapes cut in two, leaves lengths and JSON', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '1', '"', '\\', '\n', '\u0001', 'é', '😀'), minLength: 1 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 9 }),
      (text, from, length) => {
        const document = JSON.stringify({ a: text });
        const escaped = document.slice('{"a":"'.length, -2);
        const found = escaped
          .slice(from % escaped.length)
          .slice(0, length)
          .toWellFormed();
        const masked =
          redact([`/${found.replaceAll(/[^a-z0-9 ]/giu, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`)}/`], document) ?? '';
        expect(Buffer.byteLength(masked)).toBe(Buffer.byteLength(document));
        expect(() => JSON.parse(masked)).not.toThrow();
      },
    ),
  );
});

test.each(['', '$', 'messages', '$.a[', '$.[*', '/[/', '/a', '$..'])('%j is no redaction', (entry) => {
  expect(readRedaction(entry)).toBeUndefined();
});

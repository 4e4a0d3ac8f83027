import { expect, test } from 'vitest';

import { toOcrBody, type FormPart } from './form.ts';

function file(filename: string, contentType: string, bytes: Uint8Array = Uint8Array.of(120)): FormPart {
  return { name: 'file', filename, contentType, bytes };
}

test('a file and its fields stand for a JSON body', () => {
  const parts = [
    { name: 'model', value: 'm' },
    { name: 'pages', value: '[0,1]' },
    { name: 'document', value: '{}' },
    file('a.pdf', 'application/pdf'),
  ];
  expect(toOcrBody(parts)).toMatchObject({
    value: { model: 'm', pages: [0, 1], document: { type: 'document_url', document_url: 'data:application/pdf;base64,eA==' } },
  });
});

test.each([
  ['a.pdf', 'image/png; q=1', 'image_url', 'image/png'],
  ['a.PNG', '', 'image_url', 'image/png'],
  ['a.docx', 'application/octet-stream', 'document_url', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['a.zzz', '', 'document_url', 'application/octet-stream'],
  ['noextension', '', 'document_url', 'application/octet-stream'],
])('%s of type %s is a %s of %s', (filename, contentType, type, mediaType) => {
  expect(toOcrBody([file(filename, contentType)])).toMatchObject({
    value: { document: { type, [type]: `data:${mediaType};base64,eA==` } },
  });
});

test('any bytes come back from the data URL', () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => (index * 7) % 256);
  const outcome = toOcrBody([file('a.pdf', '', bytes)]);
  const url = outcome.ok ? JSON.stringify(outcome.value) : '';
  const base64 = /base64,(?<data>[^"]*)/u.exec(url)?.groups?.['data'] ?? '';
  expect(Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))).toStrictEqual(bytes);
});

test('no file and an empty file are refused', () => {
  expect(toOcrBody([{ name: 'file', value: 'text' }])).toMatchObject({
    error: { kind: 'bad-request', message: expect.stringContaining("'file'") },
  });
  expect(toOcrBody([file('a.pdf', '', new Uint8Array())])).toMatchObject({
    error: { kind: 'bad-request', message: 'Uploaded file is empty' },
  });
});

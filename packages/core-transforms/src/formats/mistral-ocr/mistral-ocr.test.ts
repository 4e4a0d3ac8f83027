import { describe, expect, test } from 'vitest';

import type { Plan } from '../../contract/plan.ts';
import type { ClientCall } from '../../contract/wire.ts';
import { AMBIENT, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { scanRawObject } from '../../json/raw-object.ts';
import { mistralOcr } from './mistral-ocr.ts';

function planOf(wishes: PlanWishes = {}): Plan {
  return makePlan('mistral/reader-1', { dialect: 'mistral-ocr', answerModel: 'reader', ...wishes });
}

function callOf(text: string, headers = {}): ClientCall {
  const scanned = scanRawObject(new TextEncoder().encode(text));
  if (!scanned.ok) throw new Error(JSON.stringify(scanned.error));
  return { body: scanned.value, headers };
}

function sent(text: string, plan: Plan = planOf()): string {
  const outcome = mistralOcr.request(callOf(text), plan, AMBIENT);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return String(outcome.value.body);
}

function refused(body: unknown, headers = {}): unknown {
  const outcome = mistralOcr.request(callOf(JSON.stringify(body), headers), planOf(), AMBIENT);
  return outcome.ok ? 'sent' : outcome.error;
}

const DOCUMENT = '{"type":"document_url","document_url":"https://a.test/x.pdf"}';

describe('request', () => {
  test('keeps known members as they came, drops the rest', () => {
    const text = `{"pages" : [1.0, 9007199254740993], "foo": 1, "model":"reader", "image_limit": null, "document":${DOCUMENT}, "id":"i"}`;
    expect(sent(text)).toBe(`{"pages" : [1.0, 9007199254740993], "model":"reader-1", "document":${DOCUMENT}, "id":"i"}`);
    expect(mistralOcr.request(callOf(text), planOf(), AMBIENT)).toMatchObject({ notes: [{ path: 'foo', action: 'dropped' }] });
  });

  test('lets the client win over the deployment, and extra_body past the list', () => {
    const plan = planOf({ settings: { defaults: { image_limit: 3, id: 'd', temperature: 1, extra_body: { a: 1, b: 1 } } } });
    expect(
      JSON.parse(sent(`{"model":"reader","document":${DOCUMENT},"id":"i","image_limit":null,"extra_body":{"b":2}}`, plan)),
    ).toStrictEqual({
      model: 'reader-1',
      document: JSON.parse(DOCUMENT),
      id: 'i',
      image_limit: 3,
      a: 1,
      b: 2,
    });
  });

  test.each([
    [undefined, 'https://api.mistral.ai/v1/ocr'],
    ['http://h', 'http://h/v1/ocr'],
    ['http://h/x/v1/', 'http://h/x/v1/ocr'],
    ['http://h/v1/ocr', 'http://h/v1/ocr'],
    ['http://h/v1?a=1', 'http://h/v1/ocr?a=1'],
  ])('with base %s goes to %s', (apiBase, url) => {
    expect(mistralOcr.request(callOf(`{"document":${DOCUMENT}}`), planOf({ apiBase }), AMBIENT)).toMatchObject({ value: { url } });
  });

  test.each([
    [undefined, 'document.type'],
    ['text', 'document.type'],
    [{ type: 'nope', document_url: 'x' }, 'document.type'],
    [{ document_url: 'x' }, 'document.type'],
    [{ type: 'image_url', document_url: 'x' }, 'URL is required'],
    [{ type: 'image_url', image_url: { url: 'x' } }, 'field: document'],
    [{ type: 'image_url', image_url: null }, 'field: document'],
    [{ type: 'document_url', document_url: 'x', document_name: 5 }, 'field: document'],
    [{ type: 'file', file_id: 'x' }, 'multipart'],
  ])('refuses document %j', (document, message) => {
    expect(refused({ document })).toStrictEqual({ kind: 'bad-request', path: '', message: expect.stringContaining(message) });
  });

  test('takes null beside the URL, and an empty URL', () => {
    expect(refused({ document: { type: 'document_url', document_url: '', document_name: null } })).toBe('sent');
  });

  test('knows the two answer formats, the body before the header', () => {
    const document = { type: 'image_url', image_url: 'x' };
    expect(refused({ document }, { 'x-req-format': 'Native ' })).toBe('sent');
    expect(refused({ document, req_format: 'litellm' }, { 'x-req-format': 'xml' })).toBe('sent');
    expect(refused({ document, req_format: 'xml' })).toMatchObject({ kind: 'bad-request', message: expect.stringContaining('xml') });
  });
});

function answered(body: string, plan: Plan = planOf()): unknown {
  const outcome = mistralOcr.response({ status: 200, headers: {}, body }, callOf('{}'), plan, AMBIENT);
  return outcome.ok ? outcome.value : outcome.error;
}

describe('answer', () => {
  test('shows the public model and keeps the rest as it came', () => {
    const pages = '"pages": [{"index":0,"markdown":"# T","images":[{"id":"a","x":1.0}],"dimensions":null}]';
    const rest = '"usage_info":{"pages_processed":1}, "new": 1.0';
    expect(answered(`{${pages}, "model":"reader-1-2505", ${rest}}`)).toStrictEqual({
      body: `{${pages}, "model":"reader", ${rest},"object":"ocr"}`,
      usage: { pages_processed: 1 },
    });
    expect(answered('{"model":"own"}', planOf({ answerModel: undefined }))).toStrictEqual({
      body: '{"model":"own","pages":[],"object":"ocr"}',
    });
  });

  test.each([
    '',
    'null',
    '[]',
    '{"pages": [',
    '{"pages":null}',
    '{"pages":[1]}',
    '{"pages":[{"index":0}]}',
    '{"pages":[{"markdown":""}]}',
    '{"model":5}',
    '{"usage_info":"x"}',
    '{"pages":[{"index":0,"markdown":"","images":"x"}]}',
  ])('cannot use %j', (body) => {
    expect(answered(body)).toMatchObject({ kind: 'bad-upstream', provider: 'mistral' });
  });
});

test.each([
  ['{"object":"error","message":"No such model."}', 'No such model.'],
  ['{"error":{"message":"Denied."}}', 'Denied.'],
  ['{"message":{"detail":[{"msg":"Extra inputs"}]}}', '{"message":{"detail":[{"msg":"Extra inputs"}]}}'],
  ['<html>', '<html>'],
])('error %s says %s', (body, message) => {
  expect(mistralOcr.error({ status: 422, headers: {}, body }, planOf())).toStrictEqual({
    kind: 'upstream-refused',
    provider: 'mistral',
    status: 422,
    message,
    reason: 'other',
  });
});
